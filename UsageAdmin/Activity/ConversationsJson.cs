using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// The conversations of the Activity export, each with <c>,</c> and a line end before it. Neither objects nor strings per
/// message. Not safe for use by two threads at once.
/// </summary>
internal sealed class ConversationsJson
{
    private readonly UsageSession _session;
    private readonly ActivitySelection _selection;
    private readonly NameLookup _names;
    private readonly Pseudonyms _pseudonyms;
    private readonly Dictionary<long, byte[]> _apps = [];
    private readonly Dictionary<long, byte[]> _users = [];
    private readonly Dictionary<long, byte[]> _models = [];
    private readonly bool _identified;
    private JsonOutput _json = null!;
    private Statement _message = null!;
    private RowsBeside _moderation = null!;
    private RowsBeside _files = null!;
    private bool _isTie;

    public ConversationsJson(UsageSession session, ActivitySelection selection, Pseudonyms pseudonyms)
    {
        _session = session;
        _selection = selection;
        _pseudonyms = pseudonyms;
        _names = new NameLookup(session, selection.NamesAtUtc);
        _identified = selection.Scope.Identified;
    }

    /// <summary>Writes those that start at <paramref name="from"/> or later and before <paramref name="to"/>, in order.</summary>
    /// <param name="from">Milliseconds since 1970.</param>
    /// <param name="isFirst">No conversation stands before them, so the first gets no comma.</param>
    /// <param name="counted">Called for each conversation once it is written.</param>
    public async Task WriteAsync(
        long from, long to, JsonOutput json, bool isFirst, Action counted, CancellationToken cancellationToken)
    {
        _json = json;
        var rows = new OrderedConversations(new ConversationScan(_session, _selection, from, to, cancellationToken));
        RowsBeside Beside(string table, string columns, string? order) =>
            new(_session, _selection, from, to, table, columns, order);
        var messages = Beside("message", _identified ? "created_at, source, marks, content" : "created_at, source, marks", null);
        _moderation = Beside("message_moderation", "flagged, score, moderated_at, category, action", "ordinal");
        _files = Beside("message_file", "bytes, uploaded_at, external_id, media_type, name", "ordinal");
        while (rows.MoveNext())
        {
            json.Raw(isFirst ? "\n"u8 : ",\n"u8);
            isFirst = false;
            WriteHead(rows.Current);
            _isTie = rows.IsTie;
            messages.GoTo(rows.Current, _isTie);
            _message = messages.Row;
            var first = true;
            while (messages.MoveNext())
            {
                if (WriteMessage(rows.Current, first))
                {
                    first = false;
                    if (json.FlushIsDue)
                    {
                        await json.FlushAsync(cancellationToken);
                    }
                }
            }

            json.Raw("]}"u8);
            counted();
            if (json.FlushIsDue)
            {
                await json.FlushAsync(cancellationToken);
            }
        }
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
        var marks = (MessageMarks)_message.Number(5);
        if ((marks & MessageMarks.NotExported) != 0)
        {
            return false;
        }

        _json.Raw(first ? "{"u8 : ",{"u8);
        if (_identified)
        {
            _json.Raw("\"content\":"u8);
            if (_message.IsNull(6))
            {
                _json.Raw("null"u8);
            }
            else
            {
                _json.Text(_message.Utf8(6));
            }

            _json.Raw(","u8);
        }

        _json.Raw("\"timestamp\":"u8);
        _json.Instant(_message.Number(3));
        if (marks == MessageMarks.None)
        {
            _json.Raw(PlainEnd((MessageSource)_message.Number(4)));
            return true;
        }

        _json.Raw((MessageSource)_message.Number(4) switch
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
        _moderation.GoTo(conversation, _isTie, _message.Number(2));
        var row = _moderation.Row;
        for (var first = true; _moderation.MoveNext(); first = false)
        {
            _json.Raw(first ? "{\"category\":"u8 : ",{\"category\":"u8);
            _json.Text(row.Utf8(6));
            _json.Raw(",\"flagged\":"u8);
            _json.Boolean(row.Number(3) != 0);
            _json.Raw(",\"score\":"u8);
            _json.Number(row.NullableReal(4));
            _json.Raw(",\"action\":"u8);
            _json.Text(row.Text(7));
            _json.Raw(",\"moderatedAt\":"u8);
            _json.Instant(row.NullableNumber(5));
            _json.Raw("}"u8);
        }
    }

    private void WriteFiles(ConversationRow conversation)
    {
        _files.GoTo(conversation, _isTie, _message.Number(2));
        var row = _files.Row;
        var files = new List<FilePart>(1);
        while (_files.MoveNext())
        {
            files.Add(new FilePart(row.NullableNumber(3), row.NullableNumber(4), row.Text(5), row.Text(6), row.Text(7)));
        }

        WriteFile(files[0]);
        if (files.Count > 1)
        {
            _json.Raw(",\"messageFiles\":["u8);
            for (var i = 0; i < files.Count; i++)
            {
                _json.Raw(i == 0 ? ""u8 : ","u8);
                WriteFile(files[i]);
            }

            _json.Raw("]"u8);
        }
    }

    private void WriteFile(FilePart file)
    {
        _json.Raw("{"u8);
        if (_identified)
        {
            _json.Raw("\"id\":"u8);
            _json.Text(file.Id);
            _json.Raw(",\"fileName\":"u8);
            _json.Text(file.Name);
            _json.Raw(","u8);
        }

        _json.Raw("\"mimeType\":"u8);
        _json.Text(file.MediaType);
        _json.Raw(",\"sizeBytes\":"u8);
        if (file.Bytes is { } bytes)
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
            _json.Instant(file.UploadedAt);
        }

        _json.Raw("}"u8);
    }

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

    private sealed record FilePart(long? Bytes, long? UploadedAt, string? Id, string? MediaType, string? Name);
}
