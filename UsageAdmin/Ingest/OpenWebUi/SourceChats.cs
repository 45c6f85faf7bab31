using System.Text.Json;
using Microsoft.Data.Sqlite;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The rows of <c>chat</c>, one after the other by their number, so that a damaged one does not take those behind it with it.
/// </summary>
internal sealed class SourceChats : IDisposable
{
    private static readonly string[] Columns = ["id", "user_id", "title", "created_at", "folder_id"];

    private readonly OpenWebUiTimes _times;
    private readonly OpenWebUiLimits _limits;
    private readonly bool _hasFolders;
    private readonly Statement _next;
    private readonly Statement _chat;
    private readonly ChatMessageRows? _messages;
    private readonly ChatFileRows? _files;

    public SourceChats(SourceDatabase database, OpenWebUiTimes times, OpenWebUiLimits limits)
    {
        (_times, _limits, _hasFolders) = (times, limits, database.Tables.Has("chat", "folder_id"));
        _next = database.Prepare("SELECT rowid FROM chat WHERE rowid > ?1 ORDER BY rowid LIMIT 1");
        _chat = database.Prepare(
            $"SELECT {database.Tables.Columns("chat", Columns)}, octet_length(chat), " +
            $"CASE WHEN octet_length(chat) <= {limits.MaxChatBytes} THEN chat END FROM chat WHERE rowid = ?1");
        _messages = database.Tables.Has("chat_message", "chat_id") ? new ChatMessageRows(database) : null;
        _files = database.Tables.Has("chat_file", "chat_id") ? new ChatFileRows(database) : null;
    }

    /// <summary>What each chat says; nothing for copies and for chats of people who are not taken in.</summary>
    /// <exception cref="UnreadableFileException">The table is damaged; the chats behind cannot be found.</exception>
    public IEnumerable<IReadOnlyList<ImportItem>> Read(
        Func<string?, bool> isTaken, SourceRatings ratings, ChatReader reader, TableReader lines)
    {
        for (var number = Next(long.MinValue); number is { } rowId; number = rowId == long.MaxValue ? null : Next(rowId))
        {
            var line = lines.NextLine();
            IReadOnlyList<ImportItem> items;
            try
            {
                items = ReadChat(rowId, isTaken, ratings, reader, line);
            }
            catch (Exception e) when (e is SqliteException or InvalidDataException || OpenWebUiJson.IsDamage(e))
            {
                items = [new ProblemItem(Refused: true, e is InvalidDataException ? "too-long" : "unreadable-row", "chat",
                    $"row {rowId} of table chat cannot be read: {e.Message}") { Line = line }];
            }

            yield return items;
        }
    }

    public void Dispose()
    {
        _next.Dispose();
        _chat.Dispose();
        _messages?.Dispose();
        _files?.Dispose();
    }

    private long? Next(long rowId)
    {
        try
        {
            return _next.Reset().Bind(1, rowId).FirstNumber();
        }
        catch (SqliteException e)
        {
            throw new UnreadableFileException($"The database is damaged: {e.Message}. What could be read of it was.", e);
        }
    }

    private IReadOnlyList<ImportItem> ReadChat(
        long rowId, Func<string?, bool> isTaken, SourceRatings ratings, ChatReader reader, long line)
    {
        var remarks = new Remarks();
        _chat.Reset().Bind(1, rowId);
        if (!_chat.Step())
        {
            return [];
        }

        var userId = _chat.Id(1, "user_id", remarks);
        if (ChatRecord.IsSharedCopy(userId) || !isTaken(userId))
        {
            return [];
        }

        if (_chat.Id(0, "id", remarks) is not { } id)
        {
            return [new ProblemItem(Refused: true, "invalid-value", "id",
                $"row {rowId} of table chat cannot be read: its id is not 1 to {StorableText.MaxIdBytes} bytes of text")
            {
                Line = line,
            }];
        }

        if (_chat.Number(5) > _limits.MaxChatBytes)
        {
            throw new InvalidDataException($"chat {id} is longer than {_limits.MaxChatBytes} bytes");
        }

        using var chat = _chat.IsNull(6) ? null : JsonDocument.Parse(_chat.Utf8(6).ToArray(), OpenWebUiJson.Documents);
        var history = ((JsonElement?)chat?.RootElement).Member("history").Member("messages");
        return reader.Read(
            new ChatRecord(id, chat?.RootElement)
            {
                UserId = userId,
                Title = _chat.Storable(2, remarks),
                CreatedAtUtc = _chat.Time(3, "created_at", _times, remarks),
                FolderId = _hasFolders ? _chat.Id(4, "folder_id", remarks) : default(Field<string>),
                Rows = _messages?.Read(
                    id, message => history.Member(message).Member("timestamp") is not null, _limits.MaxChatBytes, remarks),
                Files = _files?.Read(id, line, _times, remarks) ?? [],
                Ratings = ratings.Take(id, userId),
            },
            line, remarks);
    }
}
