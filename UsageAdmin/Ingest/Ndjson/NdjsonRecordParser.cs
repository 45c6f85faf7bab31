using System.Text.Json;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>Reads records of UsageAdmin NDJSON v1 (ingest.md 1), line by line.</summary>
/// <param name="workspacePublicId">The target; null: whatever a record names is taken.</param>
/// <param name="isContentAllowed">False: the header says that the file carries no content.</param>
/// <param name="repeated">Where strings come from that several lines have; null: it is about one line.</param>
internal sealed class NdjsonRecordParser(
    string? workspacePublicId, bool isContentAllowed, Action<ProblemItem> remark, RepeatedTexts? repeated = null)
{
    /// <summary>Unknown names that are remembered, so that each is remarked on once.</summary>
    private const int UnknownRemembered = 1000;

    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private string? _fileWorkspaceId;
    private long _line;

    /// <summary>Reads a record that belongs to a conversation, written by <see cref="NdjsonRecordWriter"/>.</summary>
    public static ImportItem ParsePart(ReadOnlySpan<byte> line) =>
        new NdjsonRecordParser(workspacePublicId: null, isContentAllowed: true, _ => { }).Parse(line, 0, out _)!;

    /// <summary>
    /// The line's item, and the conversation to which it belongs. Null: the record says nothing that is written.
    /// </summary>
    /// <exception cref="RefusedRecordException">The record is not taken.</exception>
    public ImportItem? Parse(ReadOnlySpan<byte> line, long number, out string? conversationId)
    {
        _line = number;
        conversationId = null;
        try
        {
            var record = new Record(line, repeated);
            if (!record.Next())
            {
                throw Missing("type");
            }

            var type = record.Is("type"u8) ? record.Word() : FindType(line);
            if (!record.Is("type"u8))
            {
                record = new Record(line, repeated);
            }

            var item = Parse(ref record, type ?? throw Missing("type"), out conversationId);
            record.End();
            if (record.ReplacedIn is { } field)
            {
                Warn("replaced-character", field, $"{field} held characters that no text may have; they are U+FFFD now.");
            }

            return item;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RefusedRecordException("invalid-json", fieldName: null, "The line is not a JSON object.");
        }
    }

    private static string FindType(ReadOnlySpan<byte> line)
    {
        var record = new Record(line);
        while (record.Next())
        {
            if (record.Is("type"u8))
            {
                return record.Text() ?? throw Missing("type");
            }

            record.Skip();
        }

        throw Missing("type");
    }

    private ImportItem? Parse(ref Record record, string type, out string? conversationId)
    {
        conversationId = null;
        switch (type)
        {
            case "message":
                return Message(ref record, out conversationId);
            case "conversation":
                var conversation = Conversation(ref record);
                conversationId = conversation.Id;
                return conversation;
            case "feedback":
                return Feedback(ref record, out conversationId);
            case "moderation":
                return Moderation(ref record, out conversationId);
            case "file":
                return File(ref record, out conversationId);
            case "action":
                return Action(ref record, out conversationId);
            case "user":
                return User(ref record);
            case "membership":
                return Membership(ref record);
            case "section":
                return Section(ref record);
            case "model":
                return Model(ref record);
            case "app":
                return App(ref record);
            case "workflow":
                return Workflow(ref record);
            case "project":
                return Project(ref record);
            case "workflow_run":
                return WorkflowRun(ref record);
            case "usage_event":
                return UsageEvent(ref record, out conversationId);
            case "tombstone":
                return Tombstone(ref record);
            case "organization" or "workspace":
                // Files never create or rename these (decisions.md 14).
                Pass(ref record);
                return null;
            case "usage_fact":
                throw new RefusedRecordException("not-accepted", "type", "Version 1 takes no usage_fact records.");
            case "header":
                throw new RefusedRecordException("not-accepted", "type", "Only the first line is a header.");
            default:
                WarnOnce(type, "unknown-type", "type", $"Records of type {Shorten(type)} are not known and passed over.");
                Pass(ref record);
                return null;
        }
    }

    private static void Pass(ref Record record)
    {
        while (record.Next())
        {
            record.Skip();
        }
    }

    private ConversationItem Conversation(ref Record record)
    {
        string? id = null;
        Field<string> user = default, app = default, project = default, section = default, model = default;
        Field<string> title = default, channel = default, deployment = default;
        Field<double?> temperature = default;
        Field<DateTime?> created = default, ended = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("user_id"u8))
            {
                user = record.Reference();
            }
            else if (record.Is("app_id"u8))
            {
                app = record.Reference();
            }
            else if (record.Is("project_id"u8))
            {
                project = record.Reference();
            }
            else if (record.Is("section_id"u8))
            {
                section = record.Reference();
            }
            else if (record.Is("model"u8))
            {
                model = record.Reference();
            }
            else if (record.Is("temperature"u8))
            {
                temperature = record.Real();
            }
            else if (record.Is("title"u8))
            {
                title = Content(ref record);
            }
            else if (record.Is("channel"u8))
            {
                channel = record.Text();
            }
            else if (record.Is("deployment"u8))
            {
                deployment = record.Text();
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created) &&
                     !Time(ref record, "ended_at"u8, "ended_at_ms"u8, ref ended))
            {
                Other(ref record, "conversation");
            }
        }

        return new ConversationItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            HasHeader = true,
            UserId = user,
            AppId = app,
            ProjectId = project,
            SectionId = section,
            Model = model,
            Temperature = temperature,
            Title = title,
            Channel = channel,
            Deployment = deployment,
            CreatedAtUtc = created,
            EndedAtUtc = ended,
        };
    }

    private MessageItem Message(ref Record record, out string? conversationId)
    {
        string? id = null;
        conversationId = null;
        Field<string> parent = default, model = default;
        Field<MessageSource?> source = default;
        Field<byte[]> content = default;
        Field<DateTime?> created = default;
        Field<bool?> active = default, hidden = default, failed = default;
        Field<TokenUsage> usage = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversationId = record.Id();
            }
            else if (record.Is("parent_id"u8))
            {
                parent = record.Reference();
            }
            else if (record.Is("source"u8))
            {
                source = Source(ref record);
            }
            else if (record.Is("content"u8))
            {
                RefuseContent(ref record);
                content = record.Utf8();
            }
            else if (record.Is("model"u8))
            {
                model = record.Reference();
            }
            else if (record.Is("active"u8))
            {
                active = record.Boolean();
            }
            else if (record.Is("hidden"u8))
            {
                hidden = record.Boolean();
            }
            else if (record.Is("error"u8))
            {
                // Platforms write all sorts of things here; what counts is whether there is one.
                failed = record.Kind is not (JsonTokenType.Null or JsonTokenType.False);
                record.Skip();
            }
            else if (record.Is("usage"u8))
            {
                usage = Usage(ref record);
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created))
            {
                Other(ref record, "message");
            }
        }

        conversationId = conversationId ?? throw Missing("conversation_id");
        return new MessageItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            ParentId = parent,
            Source = source,
            Content = content,
            CreatedAtUtc = created,
            Active = active,
            Hidden = hidden,
            Failed = failed,
            Model = model,
            Usage = usage,
        };
    }

    private FeedbackItem Feedback(ref Record record, out string? conversationId)
    {
        string? id = null, message = null;
        conversationId = null;
        Field<string> user = default, reason = default, comment = default;
        Field<int?> rating = default;
        Field<MessageMarks?> flags = default;
        Field<DateTime?> created = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversationId = record.Id();
            }
            else if (record.Is("message_id"u8))
            {
                message = record.Id();
            }
            else if (record.Is("user_id"u8))
            {
                user = record.Reference();
            }
            else if (record.Is("rating"u8))
            {
                rating = (int?)record.Whole(-1, 1);
            }
            else if (record.Is("flags"u8))
            {
                flags = Flags(ref record);
            }
            else if (record.Is("reason"u8))
            {
                reason = record.Text();
            }
            else if (record.Is("comment"u8))
            {
                comment = Content(ref record);
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created))
            {
                Other(ref record, "feedback");
            }
        }

        conversationId = conversationId ?? throw Missing("conversation_id");
        return new FeedbackItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            MessageId = message ?? throw Missing("message_id"),
            UserId = user,
            Rating = rating,
            Flags = flags,
            Reason = reason,
            Comment = comment,
            CreatedAtUtc = created,
        };
    }

    private ModerationItem Moderation(ref Record record, out string? conversationId)
    {
        string? id = null, message = null, provider = null, action = null;
        conversationId = null;
        bool? flagged = null, moderated = null;
        Field<DateTime?> created = default;
        List<(string Category, bool? Flagged, double? Score, string? Action)> categories = [];
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversationId = record.Id();
            }
            else if (record.Is("message_id"u8))
            {
                message = record.Id();
            }
            else if (record.Is("provider"u8))
            {
                provider = record.Text();
            }
            else if (record.Is("flagged"u8))
            {
                flagged = record.Boolean();
            }
            else if (record.Is("moderated"u8))
            {
                moderated = record.Boolean();
            }
            else if (record.Is("action"u8))
            {
                action = ModerationAction(ref record);
            }
            else if (record.Is("categories"u8))
            {
                categories = ModerationCategories.Read(ref record);
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created))
            {
                Other(ref record, "moderation");
            }
        }

        conversationId = conversationId ?? throw Missing("conversation_id");
        return new ModerationItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            MessageId = message ?? throw Missing("message_id"),
            Provider = provider,
            CreatedAtUtc = created.Value,
            Results = ModerationCategories.Results(
                categories, flagged, action ?? moderated switch { true => "hidden", false => "none", null => null }),
        };
    }

    private FileItem File(ref Record record, out string? conversationId)
    {
        string? id = null, message = null;
        conversationId = null;
        Field<string> name = default, mediaType = default;
        Field<long?> bytes = default;
        Field<DateTime?> uploaded = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversationId = record.Id();
            }
            else if (record.Is("message_id"u8))
            {
                message = record.Id();
            }
            else if (record.Is("name"u8))
            {
                name = record.Text();
            }
            else if (record.Is("media_type"u8))
            {
                mediaType = record.Text();
            }
            else if (record.Is("bytes"u8))
            {
                bytes = record.Whole(0, long.MaxValue);
            }
            else if (!Time(ref record, "uploaded_at"u8, "uploaded_at_ms"u8, ref uploaded) &&
                     !Time(ref record, "created_at"u8, "created_at_ms"u8, ref uploaded))
            {
                Other(ref record, "file");
            }
        }

        conversationId = conversationId ?? throw Missing("conversation_id");
        return new FileItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            MessageId = message ?? throw Missing("message_id"),
            Name = name,
            MediaType = mediaType,
            Bytes = bytes,
            UploadedAtUtc = uploaded,
        };
    }

    private ActionItem Action(ref Record record, out string? conversationId)
    {
        string? id = null, message = null, name = null;
        conversationId = null;
        Field<string> user = default, status = default;
        Field<DateTime?> created = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversationId = record.Id();
            }
            else if (record.Is("message_id"u8))
            {
                message = record.Reference();
            }
            else if (record.Is("user_id"u8))
            {
                user = record.Reference();
            }
            else if (record.Is("name"u8))
            {
                name = record.Id();
            }
            else if (record.Is("status"u8))
            {
                status = record.Text();
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created))
            {
                Other(ref record, "action");
            }
        }

        conversationId = conversationId ?? throw Missing("conversation_id");
        return new ActionItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            MessageId = message,
            UserId = user,
            Name = name ?? throw Missing("name"),
            Status = status,
            CreatedAtUtc = created,
        };
    }

    private UserItem User(ref Record record)
    {
        var named = new Named();
        Field<string> email = default, status = default;
        Field<MemberRole?> role = default;
        Field<DateTime?> joined = default;
        while (record.Next())
        {
            if (record.Is("email"u8))
            {
                email = record.Text();
            }
            else if (record.Is("role"u8))
            {
                role = Role(ref record);
            }
            else if (record.Is("status"u8))
            {
                status = record.Text();
            }
            else if (!Time(ref record, "joined_at"u8, "joined_at_ms"u8, ref joined, isDayAllowed: true) &&
                     !Name(ref record, named))
            {
                Other(ref record, "user");
            }
        }

        return new UserItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
            Email = email,
            Role = role,
            JoinedAtUtc = joined,
            Status = status,
        };
    }

    private MembershipItem Membership(ref Record record)
    {
        string? user = null, section = null;
        Field<MemberRole?> role = default;
        Field<DateTime?> joined = default, left = default, validFrom = default;
        while (record.Next())
        {
            if (record.Is("user_id"u8))
            {
                user = record.Id();
            }
            else if (record.Is("section_id"u8))
            {
                section = record.Reference();
            }
            else if (record.Is("role"u8))
            {
                role = Role(ref record);
            }
            else if (!Time(ref record, "joined_at"u8, "joined_at_ms"u8, ref joined, isDayAllowed: true) &&
                     !Time(ref record, "left_at"u8, "left_at_ms"u8, ref left, isDayAllowed: true) &&
                     !Time(ref record, "valid_from"u8, "valid_from_ms"u8, ref validFrom))
            {
                Other(ref record, "membership");
            }
        }

        return new MembershipItem
        {
            Line = _line,
            UserId = user ?? throw Missing("user_id"),
            SectionId = section,
            Role = role,
            JoinedAtUtc = joined,
            LeftAtUtc = left,
            ValidFromUtc = validFrom.Value,
        };
    }

    private SectionItem Section(ref Record record)
    {
        var named = new Named();
        while (record.Next())
        {
            if (!Name(ref record, named))
            {
                Other(ref record, "section");
            }
        }

        return new SectionItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
        };
    }

    private ModelItem Model(ref Record record)
    {
        var named = new Named();
        Field<string> provider = default;
        Field<bool?> ownKeys = default;
        Field<long?> input = default, output = default;
        while (record.Next())
        {
            if (record.Is("provider"u8))
            {
                provider = record.Text();
            }
            else if (record.Is("bring_your_keys"u8))
            {
                ownKeys = record.Boolean();
            }
            else if (record.Is("usd_per_million_input"u8))
            {
                input = record.MicroUsd();
            }
            else if (record.Is("usd_per_million_output"u8))
            {
                output = record.MicroUsd();
            }
            else if (!Name(ref record, named))
            {
                Other(ref record, "model");
            }
        }

        return new ModelItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
            Provider = provider,
            BringYourKeys = ownKeys,
            MicroUsdPerMillionInput = input,
            MicroUsdPerMillionOutput = output,
        };
    }

    private AppItem App(ref Record record)
    {
        var named = new Named();
        Field<string> category = default, description = default, url = default, model = default;
        Field<bool?> published = default;
        Field<DateTime?> publishedAt = default;
        while (record.Next())
        {
            if (record.Is("category"u8))
            {
                category = record.Text();
            }
            else if (record.Is("description"u8))
            {
                description = record.Text();
            }
            else if (record.Is("url"u8))
            {
                url = record.Text();
            }
            else if (record.Is("model"u8))
            {
                model = record.Reference();
            }
            else if (record.Is("published"u8))
            {
                published = record.Boolean();
            }
            else if (!Time(ref record, "published_at"u8, "published_at_ms"u8, ref publishedAt) &&
                     !Made(ref record, named))
            {
                Other(ref record, "app");
            }
        }

        return new AppItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
            CreatorId = named.Creator,
            CreatedAtUtc = named.Created,
            ArchivedAtUtc = named.Archived,
            Category = category,
            Published = published,
            PublishedAtUtc = publishedAt,
            Description = description,
            Url = url,
            Model = model,
        };
    }

    private ProjectItem Project(ref Record record)
    {
        var named = ReadMade(ref record, "project");
        return new ProjectItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
            CreatorId = named.Creator,
            CreatedAtUtc = named.Created,
            ArchivedAtUtc = named.Archived,
        };
    }

    private WorkflowItem Workflow(ref Record record)
    {
        var named = ReadMade(ref record, "workflow");
        return new WorkflowItem
        {
            Line = _line,
            Id = named.Id ?? throw Missing("id"),
            Name = named.Text,
            ValidFromUtc = named.ValidFrom.Value,
            CreatorId = named.Creator,
            CreatedAtUtc = named.Created,
            ArchivedAtUtc = named.Archived,
        };
    }

    private WorkflowRunItem WorkflowRun(ref Record record)
    {
        string? id = null, workflow = null;
        Field<string> user = default, errorType = default, trigger = default;
        Field<RunStatus?> status = default;
        Field<DateTime?> started = default, ended = default;
        Field<TokenUsage> usage = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("workflow_id"u8))
            {
                workflow = record.Id();
            }
            else if (record.Is("user_id"u8))
            {
                user = record.Reference();
            }
            else if (record.Is("status"u8))
            {
                status = Status(ref record);
            }
            else if (record.Is("error_type"u8))
            {
                errorType = record.Text();
            }
            else if (record.Is("trigger"u8))
            {
                trigger = record.Text();
            }
            else if (record.Is("usage"u8))
            {
                usage = Usage(ref record);
            }
            else if (!Time(ref record, "started_at"u8, "started_at_ms"u8, ref started) &&
                     !Time(ref record, "ended_at"u8, "ended_at_ms"u8, ref ended))
            {
                Other(ref record, "workflow_run");
            }
        }

        return new WorkflowRunItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            WorkflowId = workflow ?? throw Missing("workflow_id"),
            StartedAtUtc = started.Value ?? throw Missing("started_at"),
            UserId = user,
            Status = status,
            ErrorType = errorType,
            Trigger = trigger,
            EndedAtUtc = ended,
            Usage = usage,
        };
    }

    private UsageEventItem UsageEvent(ref Record record, out string? conversationId)
    {
        string? id = null;
        Field<string> conversation = default, user = default, app = default, project = default, model = default, message = default, kind = default;
        Field<DateTime?> created = default;
        Field<TokenUsage> usage = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("user_id"u8))
            {
                user = record.Reference();
            }
            else if (record.Is("app_id"u8))
            {
                app = record.Reference();
            }
            else if (record.Is("project_id"u8))
            {
                project = record.Reference();
            }
            else if (record.Is("model"u8))
            {
                model = record.Reference();
            }
            else if (record.Is("message_id"u8))
            {
                message = record.Reference();
            }
            else if (record.Is("conversation_id"u8))
            {
                conversation = record.Reference();
            }
            else if (record.Is("kind"u8))
            {
                kind = record.Text();
            }
            else if (record.Is("usage"u8))
            {
                usage = Usage(ref record);
            }
            else if (!Time(ref record, "created_at"u8, "created_at_ms"u8, ref created))
            {
                Other(ref record, "usage_event");
            }
        }

        conversationId = message.Value is null ? null : conversation.Value;
        return new UsageEventItem
        {
            Line = _line,
            Id = id ?? throw Missing("id"),
            CreatedAtUtc = created.Value ?? throw Missing("created_at"),
            UserId = user,
            AppId = app,
            ProjectId = project,
            Model = model,
            MessageId = message,
            ConversationId = conversation,
            Kind = kind,
            Usage = usage,
        };
    }

    private TombstoneItem Tombstone(ref Record record)
    {
        string? id = null;
        EntityType? entity = null;
        Field<DateTime?> deleted = default;
        while (record.Next())
        {
            if (record.Is("id"u8))
            {
                id = record.Id();
            }
            else if (record.Is("entity"u8))
            {
                entity = record.Text() switch
                {
                    "user" => EntityType.User,
                    "app" => EntityType.App,
                    "model" => EntityType.Model,
                    "project" => EntityType.Project,
                    "workflow" => EntityType.Workflow,
                    "section" => EntityType.Section,
                    "conversation" => EntityType.Conversation,
                    _ => throw record.Invalid("user, app, model, project, workflow, section or conversation"),
                };
            }
            else if (!Time(ref record, "deleted_at"u8, "deleted_at_ms"u8, ref deleted))
            {
                Other(ref record, "tombstone");
            }
        }

        return new TombstoneItem(
            entity ?? throw Missing("entity"), id ?? throw Missing("id"), deleted.Value ?? throw Missing("deleted_at"))
        {
            Line = _line,
        };
    }

    private TokenUsage? Usage(ref Record record)
    {
        if (!record.StartsObject())
        {
            return null;
        }

        long? input = null, output = null, cached = null, creation = null, reasoning = null, cost = null;
        string? currency = null;
        while (record.Next())
        {
            if (record.Is("input"u8))
            {
                input = record.Count();
            }
            else if (record.Is("output"u8))
            {
                output = record.Count();
            }
            else if (record.Is("cached_input"u8))
            {
                cached = record.Count();
            }
            else if (record.Is("cache_creation"u8))
            {
                creation = record.Count();
            }
            else if (record.Is("reasoning"u8))
            {
                reasoning = record.Count();
            }
            else if (record.Is("cost"u8))
            {
                cost = record.MicroUsd();
            }
            else if (record.Is("currency"u8))
            {
                currency = record.Text();
            }
            else
            {
                WarnOnce($"usage.{record.Name}", "unknown-field", record.Name, $"usage.{Shorten(record.Name)} is not known.");
                record.Skip();
            }
        }

        if (cost is not null && currency is not (null or "USD"))
        {
            WarnOnce($"currency {currency}", "unknown-currency", "currency",
                $"Costs in {Shorten(currency)} are left out; only USD is known.");
            cost = null;
        }

        return new TokenUsage
        {
            Input = input,
            Output = output,
            CachedInput = cached,
            CacheCreation = creation,
            Reasoning = reasoning,
            CostMicroUsd = cost,
        };
    }

    /// <summary>What records about things with a name share.</summary>
    private sealed class Named
    {
        public string? Id { get; set; }

        public Field<string> Text { get; set; }

        public Field<DateTime?> ValidFrom { get; set; }

        public Field<string> Creator { get; set; }

        public Field<DateTime?> Created { get; set; }

        public Field<DateTime?> Archived { get; set; }
    }

    private static bool Name(ref Record record, Named named)
    {
        if (record.Is("id"u8))
        {
            named.Id = record.Id();
            return true;
        }

        if (record.Is("name"u8))
        {
            named.Text = record.Text();
            return true;
        }

        var validFrom = named.ValidFrom;
        if (Time(ref record, "valid_from"u8, "valid_from_ms"u8, ref validFrom))
        {
            named.ValidFrom = validFrom;
            return true;
        }

        return false;
    }

    private static bool Made(ref Record record, Named named)
    {
        if (record.Is("creator_id"u8))
        {
            named.Creator = record.Reference();
            return true;
        }

        var (created, archived) = (named.Created, named.Archived);
        if (Time(ref record, "created_at"u8, "created_at_ms"u8, ref created) ||
            Time(ref record, "archived_at"u8, "archived_at_ms"u8, ref archived))
        {
            (named.Created, named.Archived) = (created, archived);
            return true;
        }

        return Name(ref record, named);
    }

    private Named ReadMade(ref Record record, string type)
    {
        var named = new Named();
        while (record.Next())
        {
            if (!Made(ref record, named))
            {
                Other(ref record, type);
            }
        }

        return named;
    }

    private static bool Time(
        ref Record record, ReadOnlySpan<byte> name, ReadOnlySpan<byte> epochName, ref Field<DateTime?> time,
        bool isDayAllowed = false)
    {
        if (record.Is(name))
        {
            time = record.Time(isDayAllowed);
            return true;
        }

        if (record.Is(epochName))
        {
            time = record.EpochMilliseconds();
            return true;
        }

        return false;
    }

    /// <summary>Text that people wrote: as little of it as of messages may stand in a file without content.</summary>
    private string? Content(ref Record record)
    {
        RefuseContent(ref record);
        return record.Text();
    }

    private void RefuseContent(ref Record record)
    {
        if (!isContentAllowed && !record.IsNull)
        {
            throw new RefusedRecordException(
                "content-not-allowed", record.Name, $"The header says that there is no content, but {record.Name} stands here.");
        }
    }

    internal static MessageSource? Source(ref Record record) => record.Word() switch
    {
        "user" => MessageSource.User,
        "provider" => MessageSource.Provider,
        "user-start" => MessageSource.UserStart,
        "system" => MessageSource.System,
        "tool" => MessageSource.Tool,
        _ => throw record.Invalid("user, provider, user-start, system or tool"),
    };

    private static MemberRole? Role(ref Record record) => record.Text() switch
    {
        null => null,
        "member" => MemberRole.Member,
        "editor" => MemberRole.Editor,
        "admin" => MemberRole.Admin,
        _ => throw record.Invalid("member, editor or admin"),
    };

    private static RunStatus? Status(ref Record record) => record.Text() switch
    {
        null => null,
        "ok" => RunStatus.Ok,
        "failed" => RunStatus.Failed,
        "cancelled" => RunStatus.Cancelled,
        _ => throw record.Invalid("ok, failed or cancelled"),
    };

    private static MessageMarks? Flags(ref Record record)
    {
        var marks = MessageMarks.None;
        foreach (var flag in record.Strings())
        {
            marks |= flag switch
            {
                "biased" => MessageMarks.Biased,
                "inaccurate" => MessageMarks.Inaccurate,
                "inappropriate" => MessageMarks.Inappropriate,
                _ => throw record.Invalid("a list of biased, inaccurate and inappropriate"),
            };
        }

        return marks;
    }

    internal static string? ModerationAction(ref Record record) => record.Text() switch
    {
        null => null,
        "none" => "none",
        "hidden" => "hidden",
        "blocked" => "blocked",
        _ => throw record.Invalid("none, hidden or blocked"),
    };

    /// <summary>Fields that every record may have, and those that nobody knows.</summary>
    private void Other(ref Record record, string type)
    {
        if (record.Is("workspace_id"u8))
        {
            CheckWorkspace(record.Text());
        }
        else if (!record.Is("type"u8) && !record.Is("organization_id"u8))
        {
            WarnOnce($"{type}.{record.Name}", "unknown-field", record.Name,
                $"{type}.{Shorten(record.Name)} is not known and passed over.");
            record.Skip();
        }
        else
        {
            record.Skip();
        }
    }

    private void CheckWorkspace(string? workspaceId)
    {
        if (workspaceId is null || workspacePublicId is null || workspaceId == workspacePublicId)
        {
            return;
        }

        _fileWorkspaceId ??= workspaceId;
        if (workspaceId != _fileWorkspaceId)
        {
            throw new RefusedRecordException(
                "foreign-workspace", "workspace_id",
                $"The record is of workspace {Shorten(workspaceId)}, the file's first one is {Shorten(_fileWorkspaceId)}.");
        }
    }

    private static RefusedRecordException Missing(string field) => new("missing-field", field, $"{field} is missing.");

    private void WarnOnce(string key, string code, string field, string text)
    {
        if (_unknown.Count < UnknownRemembered && _unknown.Add(key))
        {
            Warn(code, Shorten(field), text);
        }
    }

    private void Warn(string code, string field, string text) =>
        remark(new ProblemItem(Refused: false, code, field, text) { Line = _line });

    private static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
}
