using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Ingest.ActivityFile;

/// <summary>Reads the conversations of an Activity export, with the people and apps that they name.</summary>
internal sealed class ActivityConversations(Action<ImportItem> emit)
{
    private readonly Dictionary<string, string?> _apps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _users = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>What a conversation says beside its messages.</summary>
    private sealed class Head
    {
        public string? Id { get; set; }

        public Field<string> AppId { get; set; }

        public Field<string> AppName { get; set; }

        public Field<string> UserId { get; set; }

        public Field<string> UserEmail { get; set; }

        public Field<string> Model { get; set; }

        public Field<double?> Temperature { get; set; }

        public Field<DateTime?> CreatedAt { get; set; }

        public Field<DateTime?> EndedAt { get; set; }
    }

    /// <summary>Hands on the items of one conversation, given as it stands in the file.</summary>
    public void Read(ReadOnlySpan<byte> json)
    {
        _number++;
        try
        {
            var record = new Record(json);
            var head = new Head();
            var parts = new ConversationItem { Id = "" };
            while (record.Next())
            {
                if (!ReadHead(ref record, head))
                {
                    if (record.Is("messages"u8))
                    {
                        ReadMessages(ref record, parts);
                    }
                    else
                    {
                        record.Skip();
                    }
                }
            }

            Emit(head, parts);
            if (record.ReplacedIn is { } field)
            {
                emit(new ProblemItem(Refused: false, "replaced-character", field,
                    $"{field} held characters that no text may have; they are U+FFFD now.")
                { Line = _number });
            }
        }
        catch (RefusedRecordException e)
        {
            emit(new ProblemItem(Refused: true, e.Code, e.Field, e.Message) { Line = _number });
        }
    }

    private void Emit(Head head, ConversationItem parts)
    {
        var conversation = new ConversationItem
        {
            Line = _number,
            Id = head.Id ?? throw new RefusedRecordException("missing-field", "conversationId", "conversationId is missing."),
            HasHeader = true,
            UserId = head.UserId,
            AppId = head.AppId,
            Model = head.Model,
            Temperature = head.Temperature,
            CreatedAtUtc = head.CreatedAt,
            EndedAtUtc = head.EndedAt,
        };
        foreach (var part in parts.Parts())
        {
            conversation.Add(part);
        }

        if (head.AppId.Value is { } app && IsNew(_apps, app, head.AppName.Value))
        {
            emit(new AppItem { Line = _number, Id = app, Name = Known(head.AppName) });
        }

        if (head.UserId.Value is { } user && IsNew(_users, user, head.UserEmail.Value))
        {
            emit(new UserItem { Line = _number, Id = user, Email = Known(head.UserEmail) });
        }

        emit(conversation);
    }

    /// <summary>An export says null where nothing is known, which clears nothing.</summary>
    private static Field<string> Known(Field<string> field) => field.Value is null ? default : field;

    private static bool IsNew(Dictionary<string, string?> seen, string id, string? value)
    {
        if (seen.TryGetValue(id, out var before) && before == value)
        {
            return false;
        }

        seen[id] = value;
        return true;
    }

    private static bool ReadHead(ref Record record, Head head)
    {
        if (record.Is("conversationId"u8))
        {
            head.Id = record.Id();
        }
        else if (record.Is("appId"u8))
        {
            head.AppId = record.Reference();
        }
        else if (record.Is("appName"u8))
        {
            head.AppName = record.Text();
        }
        else if (record.Is("modelName"u8))
        {
            head.Model = record.Reference();
        }
        else if (record.Is("temperature"u8))
        {
            head.Temperature = record.Real();
        }
        else if (record.Is("userId"u8))
        {
            head.UserId = record.Reference();
        }
        else if (record.Is("userEmail"u8))
        {
            head.UserEmail = record.Text();
        }
        else if (record.Is("createdAt"u8))
        {
            head.CreatedAt = record.Time();
        }
        else if (record.Is("endedAt"u8))
        {
            head.EndedAt = record.Time();
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void ReadMessages(ref Record record, ConversationItem parts)
    {
        record.StartArray();
        string? parent = null;
        while (record.NextItem())
        {
            var id = FormattableString.Invariant($"m{parts.Messages.Count + 1}");
            ReadMessage(ref record, id, parent, parts);
            parent = id;
        }
    }

    private static void ReadMessage(ref Record record, string id, string? parent, ConversationItem parts)
    {
        Field<byte[]> content = default;
        Field<DateTime?> time = default;
        MessageSource? source = null;
        var isActive = true;
        var files = 0;
        record.StartObject();
        while (record.Next())
        {
            if (record.Is("content"u8))
            {
                content = record.Utf8();
            }
            else if (record.Is("timestamp"u8))
            {
                time = record.Time();
            }
            else if (record.Is("source"u8))
            {
                source = NdjsonRecordParser.Source(ref record);
            }
            else if (record.Is("messageFeedback"u8))
            {
                ReadFeedback(ref record, id, parts);
            }
            else if (record.Is("messageFile"u8) && !record.IsNull)
            {
                files++;
                parts.Files.Add(ReadFile(ref record, id, files));
            }
            else if (record.Is("messageFiles"u8))
            {
                // The first of them stands in messageFile as well.
                parts.Files.RemoveRange(parts.Files.Count - files, files);
                record.StartArray();
                for (files = 0; record.NextItem();)
                {
                    files++;
                    parts.Files.Add(ReadFile(ref record, id, files));
                }
            }
            else if (record.Is("onActivePath"u8))
            {
                isActive = record.Boolean() ?? true;
            }
            else
            {
                record.Skip();
            }
        }

        parts.Messages.Add(new MessageItem
        {
            Id = id,
            ParentId = parent,
            Source = source ?? throw new RefusedRecordException("missing-field", "source", "source is missing."),
            Content = content,
            CreatedAtUtc = time,
            Active = isActive,
        });
    }

    private static void ReadFeedback(ref Record record, string messageId, ConversationItem parts)
    {
        if (!record.StartsObject())
        {
            return;
        }

        var flags = MessageMarks.None;
        while (record.Next())
        {
            if (record.Is("isBiased"u8))
            {
                flags |= record.Boolean() == true ? MessageMarks.Biased : MessageMarks.None;
            }
            else if (record.Is("isInaccurate"u8))
            {
                flags |= record.Boolean() == true ? MessageMarks.Inaccurate : MessageMarks.None;
            }
            else if (record.Is("isInappropriate"u8))
            {
                flags |= record.Boolean() == true ? MessageMarks.Inappropriate : MessageMarks.None;
            }
            else if (record.Is("moderationResults"u8))
            {
                ReadModeration(ref record, messageId, parts);
            }
            else
            {
                record.Skip();
            }
        }

        // Without flags too: an import again may take back those of an earlier export.
        parts.Feedback.Add(new FeedbackItem { Id = $"{messageId}-flags", MessageId = messageId, Flags = flags });
    }

    /// <summary>One check for each run of results of the same time.</summary>
    private static void ReadModeration(ref Record record, string messageId, ConversationItem parts)
    {
        record.StartArray();
        var checks = 0;
        var results = new List<ModerationResult>();
        DateTime? checkedAt = null;
        while (record.NextItem())
        {
            var (result, time) = ReadResult(ref record);
            if (results.Count > 0 && time != checkedAt)
            {
                parts.Moderation.Add(Check(messageId, ++checks, checkedAt, results));
                results = [];
            }

            checkedAt = time;
            results.Add(result);
        }

        if (results.Count > 0)
        {
            parts.Moderation.Add(Check(messageId, ++checks, checkedAt, results));
        }
    }

    private static ModerationItem Check(string messageId, int number, DateTime? time, List<ModerationResult> results) => new()
    {
        Id = FormattableString.Invariant($"{messageId}-check{number}"),
        MessageId = messageId,
        CreatedAtUtc = time,
        Results = results,
    };

    private static (ModerationResult Result, DateTime? Time) ReadResult(ref Record record)
    {
        string? category = null, action = null;
        bool? flagged = null;
        double? score = null;
        DateTime? time = null;
        record.StartObject();
        while (record.Next())
        {
            if (record.Is("category"u8))
            {
                category = record.Text();
            }
            else if (record.Is("flagged"u8))
            {
                flagged = record.Boolean();
            }
            else if (record.Is("score"u8))
            {
                score = record.Real();
            }
            else if (record.Is("action"u8))
            {
                action = NdjsonRecordParser.ModerationAction(ref record);
            }
            else if (record.Is("moderatedAt"u8))
            {
                time = record.Time();
            }
            else
            {
                record.Skip();
            }
        }

        return (new ModerationResult(category ?? ModerationCategories.Unspecified, flagged == true, score, action), time);
    }

    private static FileItem ReadFile(ref Record record, string messageId, int number)
    {
        string? id = null;
        Field<string> name = default, mediaType = default;
        Field<long?> bytes = default;
        Field<DateTime?> uploaded = default;
        record.StartObject();
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Reference();
            }
            else if (record.Is("fileName"u8))
            {
                name = record.Text();
            }
            else if (record.Is("mimeType"u8))
            {
                mediaType = record.Text();
            }
            else if (record.Is("sizeBytes"u8))
            {
                bytes = record.Whole(0, long.MaxValue);
            }
            else if (record.Is("uploadedAt"u8))
            {
                uploaded = record.Time();
            }
            else
            {
                record.Skip();
            }
        }

        return new FileItem
        {
            Id = id ?? FormattableString.Invariant($"{messageId}-file{number}"),
            MessageId = messageId,
            Name = name,
            MediaType = mediaType,
            Bytes = bytes,
            UploadedAtUtc = uploaded,
        };
    }
}
