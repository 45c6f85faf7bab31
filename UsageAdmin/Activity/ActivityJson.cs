using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// The Activity export: one JSON file in the shape and order of document 000 (exports.md 1.B.1), one conversation a line,
/// ordered by start, then id. Its closing bracket is written on success alone. Neither objects nor strings per message.
/// </summary>
internal sealed class ActivityJson
{
    private const string MessageColumns =
        """
        SELECT seq, created_at, source, marks, content FROM message
        WHERE workspace_id = ?1 AND conversation_created_at = ?2 AND conversation_no = ?3 AND source <= 2 ORDER BY seq
        """;

    private readonly UsageSession _session;
    private readonly ActivitySelection _selection;
    private readonly JsonOutput _json;
    private readonly NameLookup _names;
    private readonly Pseudonyms _pseudonyms;
    private readonly Statement _messages;
    private readonly Dictionary<long, byte[]> _apps = [];
    private readonly Dictionary<long, byte[]> _users = [];
    private readonly Dictionary<long, byte[]> _models = [];
    private readonly bool _identified;

    private ActivityJson(UsageSession session, ActivitySelection selection, Pseudonyms pseudonyms, PipeWriter destination)
    {
        _session = session;
        _selection = selection;
        _pseudonyms = pseudonyms;
        _json = new JsonOutput(destination);
        _names = new NameLookup(session, selection.NamesAtUtc);
        _messages = session.Prepare(MessageColumns).Bind(1, selection.Scope.Workspace.Id);
        _identified = selection.Scope.Identified;
    }

    /// <summary>Writes the file and flushes it; does not complete the pipe.</summary>
    /// <returns>Conversations and bytes written.</returns>
    public static async Task<(long Conversations, long Bytes)> WriteAsync(
        UsageSession session, ActivitySelection selection, Pseudonyms pseudonyms, DateTime exportedAtUtc,
        PipeWriter destination, ExportProgress? progress, CancellationToken cancellationToken)
    {
        var file = new ActivityJson(session, selection, pseudonyms, destination);
        var conversations = await file.WriteAsync(exportedAtUtc, progress, cancellationToken);
        return (conversations, file._json.Bytes);
    }

    private async Task<long> WriteAsync(
        DateTime exportedAtUtc, ExportProgress? progress, CancellationToken cancellationToken)
    {
        WriteHead(exportedAtUtc);
        var count = 0L;
        var rows = new OrderedConversations(
            new ConversationScan(_session, _selection, newestFirst: false, cancellationToken));
        while (rows.MoveNext())
        {
            _json.Raw(count++ == 0 ? "\n"u8 : ",\n"u8);
            WriteHead(rows.Current);
            _messages.Reset().Bind(2, rows.Current.CreatedAt).Bind(3, rows.Current.No);
            var first = true;
            while (_messages.Step())
            {
                if (WriteMessage(rows.Current, first))
                {
                    first = false;
                    if (_json.FlushIsDue)
                    {
                        await _json.FlushAsync(cancellationToken);
                    }
                }
            }

            _json.Raw("]}"u8);
            progress?.DoneRows = count;
            if (_json.FlushIsDue)
            {
                await _json.FlushAsync(cancellationToken);
            }
        }

        WriteTail();
        await _json.FlushAsync(cancellationToken);
        return count;
    }

    private void WriteHead(DateTime exportedAtUtc)
    {
        _json.Raw("{\"workspaceId\":"u8);
        _json.Text(_selection.Scope.Workspace.PublicId);
        _json.Raw(",\"startDate\":"u8);
        _json.Text(_selection.Days?.From.ToString("O", CultureInfo.InvariantCulture));
        _json.Raw(",\"endDate\":"u8);
        _json.Text(_selection.Days?.To.ToString("O", CultureInfo.InvariantCulture));
        _json.Raw(",\"selectedApps\":"u8);
        WriteSelected(_selection.Apps, EntityType.App);
        _json.Raw(",\"selectedUsers\":"u8);
        WriteSelected(_selection.Users, EntityType.User);
        _json.Raw(",\"exportedAt\":"u8);
        _json.Instant(UnixMilliseconds.From(exportedAtUtc));
        _json.Raw(",\"conversations\":["u8);
    }

    private void WriteTail()
    {
        _json.Raw("]"u8);
        if (_selection.Sections.Count > 0)
        {
            _json.Raw(",\"selectedSections\":"u8);
            WriteSelected(_selection.Sections, EntityType.Section);
        }

        _json.Raw(",\"filters\":{\"timezone\":"u8);
        _json.Text(_selection.Scope.Organization.TimeZone);
        _json.Raw(",\"rangeBasis\":\"createdAt\",\"flag\":"u8);
        _json.Text(_selection.Filter.Flag is { } flag ? ActivityFilter.NameOf(flag) : null);
        _json.Raw("}}\n"u8);
    }

    private void WriteSelected(IReadOnlyList<NamedId> selected, EntityType type)
    {
        _json.Raw("["u8);
        for (var i = 0; i < selected.Count; i++)
        {
            _json.Raw(i == 0 ? "{\"id\":"u8 : ",{\"id\":"u8);
            _json.Text(selected[i].PublicId);
            if (type != EntityType.User || _identified)
            {
                _json.Raw(",\"name\":"u8);
                var named = _names.Of(type, selected[i].Id);
                _json.Text(named.Name);
                if (type == EntityType.User)
                {
                    _json.Raw(",\"email\":"u8);
                    _json.Text(named.Email);
                }
            }

            _json.Raw("}"u8);
        }

        _json.Raw("]"u8);
    }

    private void WriteHead(ConversationRow row)
    {
        _json.Raw(Part(_apps, row.AppId ?? 0, AppPart));
        _json.Text(row.PublicId.Span);
        _json.Raw(Part(_models, row.LastModelId ?? 0, ModelPart));
        _json.Number(row.Temperature);
        _json.Raw(Part(_users, row.UserId, UserPart));
        _json.Instant(row.CreatedAt);
        _json.Raw(",\"endedAt\":"u8);
        _json.Instant(row.EndedAt);
        _json.Raw(",\"conversationMetric\":{\"userMessageCount\":"u8);
        _json.Number(row.UserMessageCount);
        _json.Raw(",\"messageCount\":"u8);
        _json.Number(row.MessageCount);
        _json.Raw(",\"flaggedMessageCount\":"u8);
        _json.Number(row.FlaggedMessageCount);
        _json.Raw(",\"moderatedMessageCount\":"u8);
        _json.Number(row.ModeratedMessageCount);
        _json.Raw("},\"messages\":["u8);
    }

    /// <summary>Writes the message the statement stands on; false: it is not exported.</summary>
    private bool WriteMessage(ConversationRow conversation, bool first)
    {
        var marks = (MessageMarks)_messages.Number(3);
        if ((marks & MessageMarks.NotExported) != 0)
        {
            return false;
        }

        _json.Raw(first ? "{"u8 : ",{"u8);
        if (_identified)
        {
            _json.Raw("\"content\":"u8);
            if (_messages.IsNull(4))
            {
                _json.Raw("null"u8);
            }
            else
            {
                _json.Text(_messages.Utf8(4));
            }

            _json.Raw(","u8);
        }

        _json.Raw("\"timestamp\":"u8);
        _json.Instant(_messages.Number(1));
        if (marks == MessageMarks.None)
        {
            _json.Raw(PlainEnd((MessageSource)_messages.Number(2)));
            return true;
        }

        _json.Raw((MessageSource)_messages.Number(2) switch
        {
            MessageSource.User => ",\"source\":\"user\",\"messageFeedback\":{\"isBiased\":"u8,
            MessageSource.Provider => ",\"source\":\"provider\",\"messageFeedback\":{\"isBiased\":"u8,
            _ => ",\"source\":\"user-start\",\"messageFeedback\":{\"isBiased\":"u8,
        });
        _json.Boolean((marks & MessageMarks.Biased) != 0);
        _json.Raw(",\"isInaccurate\":"u8);
        _json.Boolean((marks & MessageMarks.Inaccurate) != 0);
        _json.Raw(",\"isInappropriate\":"u8);
        _json.Boolean((marks & MessageMarks.Inappropriate) != 0);
        _json.Raw(",\"moderationResults\":["u8);
        if ((marks & MessageMarks.HasModeration) != 0)
        {
            WriteModeration(conversation);
        }

        _json.Raw("]},\"messageFile\":"u8);
        if ((marks & MessageMarks.HasFiles) != 0)
        {
            WriteFiles(conversation);
        }
        else
        {
            _json.Raw("null"u8);
        }

        _json.Raw((marks & MessageMarks.OffActivePath) != 0 ? ",\"onActivePath\":false}"u8 : "}"u8);
        return true;
    }

    /// <summary>What follows the time of a message without anything remarkable: nearly all of them.</summary>
    private static ReadOnlySpan<byte> PlainEnd(MessageSource source) => source switch
    {
        MessageSource.User =>
            ",\"source\":\"user\",\"messageFeedback\":{\"isBiased\":false,\"isInaccurate\":false,\"isInappropriate\":false,\"moderationResults\":[]},\"messageFile\":null}"u8,
        MessageSource.Provider =>
            ",\"source\":\"provider\",\"messageFeedback\":{\"isBiased\":false,\"isInaccurate\":false,\"isInappropriate\":false,\"moderationResults\":[]},\"messageFile\":null}"u8,
        _ =>
            ",\"source\":\"user-start\",\"messageFeedback\":{\"isBiased\":false,\"isInaccurate\":false,\"isInappropriate\":false,\"moderationResults\":[]},\"messageFile\":null}"u8,
    };

    private void WriteModeration(ConversationRow conversation)
    {
        var row = PartOf(conversation, "flagged, score, moderated_at, category, action", "message_moderation");
        for (var first = true; row.Step(); first = false)
        {
            _json.Raw(first ? "{\"category\":"u8 : ",{\"category\":"u8);
            _json.Text(row.Utf8(3));
            _json.Raw(",\"flagged\":"u8);
            _json.Boolean(row.Number(0) != 0);
            _json.Raw(",\"score\":"u8);
            _json.Number(row.NullableReal(1));
            _json.Raw(",\"action\":"u8);
            _json.Text(row.Text(4));
            _json.Raw(",\"moderatedAt\":"u8);
            _json.Instant(row.NullableNumber(2));
            _json.Raw("}"u8);
        }
    }

    private void WriteFiles(ConversationRow conversation)
    {
        var row = PartOf(conversation, "bytes, uploaded_at, external_id, media_type, name", "message_file");
        var count = 0;
        while (row.Step())
        {
            count++;
        }

        row.Reset().Step();
        WriteFile(row);
        if (count > 1)
        {
            _json.Raw(",\"messageFiles\":["u8);
            row.Reset();
            for (var first = true; row.Step(); first = false)
            {
                _json.Raw(first ? ""u8 : ","u8);
                WriteFile(row);
            }

            _json.Raw("]"u8);
        }
    }

    private void WriteFile(Statement row)
    {
        _json.Raw("{"u8);
        if (_identified)
        {
            _json.Raw("\"id\":"u8);
            _json.Text(row.Utf8(2));
            _json.Raw(",\"fileName\":"u8);
            _json.Text(row.Text(4));
            _json.Raw(","u8);
        }

        _json.Raw("\"mimeType\":"u8);
        _json.Text(row.Text(3));
        _json.Raw(",\"sizeBytes\":"u8);
        if (row.NullableNumber(0) is { } bytes)
        {
            _json.Number(bytes);
        }
        else
        {
            _json.Raw("null"u8);
        }

        if (_identified)
        {
            _json.Raw(",\"uploadedAt\":"u8);
            _json.Instant(row.NullableNumber(1));
        }

        _json.Raw("}"u8);
    }

    /// <summary>The rows beside the message that the message statement stands on.</summary>
    private Statement PartOf(ConversationRow conversation, string columns, string table) =>
        _session.Prepare(
            $"""
            SELECT {columns} FROM {table} WHERE workspace_id = ?1 AND conversation_created_at = ?2
            AND conversation_no = ?3 AND seq = ?4 ORDER BY ordinal
            """).Bind(1, _selection.Scope.Workspace.Id).Bind(2, conversation.CreatedAt).Bind(3, conversation.No)
            .Bind(4, _messages.Number(0));

    private static byte[] Part(Dictionary<long, byte[]> parts, long id, Func<long, string> render)
    {
        if (!parts.TryGetValue(id, out var part))
        {
            part = Encoding.UTF8.GetBytes(render(id));
            parts.Add(id, part);
        }

        return part;
    }

    private string AppPart(long id)
    {
        var app = id == 0 ? default : _names.Of(EntityType.App, id);
        return $"{{\"appId\":{JsonOutput.Quote(app.PublicId)},\"appName\":{JsonOutput.Quote(app.Name)},\"conversationId\":";
    }

    private string ModelPart(long id) =>
        $",\"modelName\":{JsonOutput.Quote(id == 0 ? null : _names.Of(EntityType.Model, id).PublicId)},\"temperature\":";

    private string UserPart(long id)
    {
        var user = _names.Of(EntityType.User, id);
        return _identified
            ? $",\"userId\":{JsonOutput.Quote(user.PublicId)},\"userEmail\":{JsonOutput.Quote(user.Email)},\"createdAt\":"
            : $",\"userId\":{JsonOutput.Quote(_pseudonyms.Of(_selection.Scope.Organization, user.PublicId))},\"createdAt\":";
    }
}
