using System.Globalization;
using System.Text;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>Turns rows of one snapshot into what the pages show, names looked up, privacy applied.</summary>
internal sealed class ActivityReader(UsageSession session, ActivitySelection selection, Pseudonyms pseudonyms)
{
    /// <summary>A page travels to its circuit in one message of limited size, and names come from outside.</summary>
    private const int LongestShownName = 200;

    private readonly NameLookup _names = new(session, selection.NamesAtUtc);
    private readonly ActivityScope _scope = selection.Scope;

    public NamedItem Named(EntityType type, long id)
    {
        var named = _names.Of(type, id);
        return type == EntityType.User && !_scope.Identified
            ? new NamedItem(pseudonyms.Of(_scope.Organization, named.PublicId), null)
            : new NamedItem(named.PublicId, Shown(named.Name), Shown(named.Email));
    }

    public ActivityRow Row(ConversationRow row) => new(
        Encoding.UTF8.GetString(row.PublicId.Span), row.No, UnixMilliseconds.ToUtc(row.CreatedAt), Named(EntityType.User, row.UserId),
        Optional(EntityType.App, row.AppId), Sections(row.SectionId, row.UserId, row.CreatedAt), ModelName(row.LastModelId),
        row.MessageCount, row.FlaggedMessageCount, row.ModeratedMessageCount, row.Marks);

    /// <param name="segment">As <see cref="ActivityRow.Segment"/>, or the id.</param>
    /// <param name="part">Null: the part with the first message that carries one of the marks, else the first.</param>
    public ConversationDetail? Conversation(string segment, int? part, MessageMarks marks) =>
        Conversation("(c.public_id = ?2 OR (c.external_id = ?2 AND c.public_id IS NULL))", row => row.Bind(2, segment), part, marks)
        ?? (segment.StartsWith('~') && long.TryParse(segment[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Conversation("c.no = ?2", row => row.Bind(2, number), part, marks)
            : null);

    private ConversationDetail? Conversation(string condition, Action<Statement> bind, int? part, MessageMarks marks)
    {
        var row = session.Prepare(
            $"""
            SELECT c.created_at, c.no, c.user_id, c.app_id, c.project_id, c.section_id, c.last_model_id, c.temperature,
            c.ended_at, c.user_message_count, c.message_count, c.flagged_message_count, c.moderated_message_count,
            c.title, c.channel, c.source_id, coalesce(c.public_id, c.external_id), c.marks,
            c.deleted_at, c.missing_since_import_id
            FROM conversation c WHERE c.workspace_id = ?1 AND {condition}
            """).Bind(1, _scope.Workspace.Id);
        bind(row);
        if (!row.Step())
        {
            return null;
        }

        var (createdAt, no) = (row.Number(0), row.Number(1));
        var isMarked = ((MessageMarks)row.Number(17) & marks) != 0;
        var shown = part ?? (isMarked ? PartOf(createdAt, no, marks) : 1);
        return new ConversationDetail(
            row.Text(16)!, _scope.Identified ? Shown(row.Text(13)) : null, UnixMilliseconds.ToUtc(createdAt),
            ActivityQuery.Instant(row, 8), Named(EntityType.User, row.Number(2)),
            Optional(EntityType.App, row.NullableNumber(3)), Optional(EntityType.Project, row.NullableNumber(4)),
            Sections(row.NullableNumber(5), row.Number(2), createdAt), ModelName(row.NullableNumber(6)),
            row.NullableReal(7), row.Text(14), SourceName(row.Number(15)), row.Number(9), row.Number(10), row.Number(11),
            row.Number(12), Messages(createdAt, no, shown), shown)
        {
            UserKey = row.Number(2),
            DeletedAtUtc = ActivityQuery.Instant(row, 18),
            MissingSinceUtc = row.NullableNumber(19) is { } import ? StartOf(import) : null,
        };
    }

    private string SourceName(long id)
    {
        var row = session.Prepare("SELECT name FROM source WHERE id = ?1").Bind(1, id);
        row.Step();
        return row.Text(0)!;
    }

    private DateTime? StartOf(long importId) =>
        session.Prepare("SELECT started_at FROM import WHERE id = ?1").Bind(1, importId).FirstNumber() is { } started
            ? UnixMilliseconds.ToUtc(started)
            : null;

    private int PartOf(long createdAt, long no, MessageMarks marks)
    {
        var row = ConversationRows(createdAt, no, "message", "source, marks", "seq");
        var index = 0;
        while (row.Step())
        {
            if (IsExported(row, 0, 1))
            {
                if (((MessageMarks)row.Number(1) & marks) != 0)
                {
                    return 1 + (index / ConversationDetail.PartSize);
                }

                index++;
            }
        }

        return 1;
    }

    private List<MessageDetail> Messages(long createdAt, long no, int part)
    {
        var skip = (part - 1L) * ConversationDetail.PartSize;
        var messages = new List<MessageDetail>();
        var row = ConversationRows(
            createdAt, no,
            "message", "seq, parent_seq, created_at, source, marks, model_id, input_tokens, output_tokens, content", "seq");
        while (messages.Count < ConversationDetail.PartSize && row.Step())
        {
            if (IsExported(row, 3, 4) && --skip < 0)
            {
                var content = _scope.Identified ? row.Text(8) : null;
                messages.Add(new MessageDetail(
                    row.Number(0), row.NullableNumber(1), UnixMilliseconds.ToUtc(row.Number(2)),
                    (MessageSource)row.Number(3), (MessageMarks)row.Number(4), ModelName(row.NullableNumber(5)),
                    row.NullableNumber(6), row.NullableNumber(7),
                    content is null ? null : Names.Cut(content, MessageDetail.LongestContent), content?.Length ?? 0, [], [], []));
            }
        }

        if (messages.Count == 0)
        {
            return messages;
        }

        var seqs = (First: messages[0].Seq, Last: messages[^1].Seq);
        var feedback = Parts(createdAt, no, seqs, "message_feedback", "user_id, rating, marks, created_at, reason, comment", part =>
            new FeedbackDetail(
                Optional(EntityType.User, part.NullableNumber(1)), (int?)part.NullableNumber(2), (MessageMarks)part.Number(3),
                _scope.Identified ? part.Text(5) : null, _scope.Identified ? part.Text(6) : null,
                ActivityQuery.Instant(part, 4)));
        var moderation = Parts(createdAt, no, seqs, "message_moderation", "category, flagged, score, action, provider", part =>
            new ModerationDetail(part.Text(1)!, part.Number(2) != 0, part.NullableReal(3), part.Text(4), part.Text(5)));
        var files = Parts(createdAt, no, seqs, "message_file", "name, media_type, bytes", part =>
            new FileDetail(_scope.Identified ? part.Text(1) : null, part.Text(2), part.NullableNumber(3)));
        return
        [
            .. messages.Select(m => m with
            {
                Feedback = [.. feedback[m.Seq]],
                Moderation = [.. moderation[m.Seq]],
                Files = [.. files[m.Seq]],
            }),
        ];
    }

    private static bool IsExported(Statement row, int source, int marks) =>
        (MessageSource)row.Number(source) <= MessageSource.UserStart
        && ((MessageMarks)row.Number(marks) & MessageMarks.NotExported) == 0;

    private ILookup<long, T> Parts<T>(
        long createdAt, long no, (long First, long Last) seqs, string table, string columns, Func<Statement, T> read)
    {
        var parts = new List<(long Seq, T Part)>();
        var row = ConversationRows(
            createdAt, no, table, "seq, " + columns, "seq, ordinal",
            FormattableString.Invariant($"AND seq BETWEEN {seqs.First} AND {seqs.Last}"));
        while (row.Step())
        {
            parts.Add((row.Number(0), read(row)));
        }

        return parts.ToLookup(p => p.Seq, p => p.Part);
    }

    private Statement ConversationRows(long createdAt, long no, string table, string columns, string order, string condition = "") =>
        session.Prepare(
            $"""
            SELECT {columns} FROM {table} WHERE workspace_id = ?1 AND conversation_created_at = ?2
            AND conversation_no = ?3 {condition} ORDER BY {order}
            """).Bind(1, _scope.Workspace.Id).Bind(2, createdAt).Bind(3, no);

    /// <summary>The conversation's own section, else those its user was a member of at its start (decisions.md 9).</summary>
    private List<NamedItem> Sections(long? own, long userId, long createdAt)
    {
        if (own is { } section)
        {
            return [Named(EntityType.Section, section)];
        }

        var row = session.Prepare(
            """
            SELECT section_id FROM membership WHERE workspace_id = ?1 AND user_id = ?2 AND section_id IS NOT NULL
            AND (joined_at IS NULL OR joined_at <= ?3) AND (left_at IS NULL OR left_at > ?3) ORDER BY section_id
            """).Bind(1, _scope.Workspace.Id).Bind(2, userId).Bind(3, createdAt);
        var sections = new List<NamedItem>();
        while (row.Step())
        {
            sections.Add(Named(EntityType.Section, row.Number(0)));
        }

        return sections;
    }

    private static string? Shown(string? name) => name is null ? null : Names.Cut(name, LongestShownName);

    private NamedItem? Optional(EntityType type, long? id) => id is { } known ? Named(type, known) : null;

    private string? ModelName(long? id) => id is { } known ? _names.Of(EntityType.Model, known).PublicId : null;
}
