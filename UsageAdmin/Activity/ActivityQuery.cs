using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// What the Activity page shows. Every method reads one snapshot; none reads raw messages except
/// <see cref="ConversationAsync"/>. The caller has checked the right to the scope.
/// </summary>
public sealed class ActivityQuery(UsageDatabase database, Pseudonyms pseudonyms, TimeProvider time)
{
    /// <summary>Of the file around its conversations and messages: measured on the format itself.</summary>
    private const int BytesPerFile = 440;
    private const int BytesPerConversation = 400;
    private const int BytesPerMessage = 195;

    /// <summary>The names behind the filter's ids, for chips; unknown ids are absent.</summary>
    public Task<IReadOnlyDictionary<string, NamedItem>> ChosenAsync(
        ActivityScope scope, ActivityFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyDictionary<string, NamedItem>>(scope, filter, (session, selection) =>
        {
            var reader = new ActivityReader(session, selection, pseudonyms);
            var chosen = new Dictionary<string, NamedItem>(StringComparer.Ordinal);
            foreach (var (kind, type, ids) in new[]
            {
                ("user", EntityType.User, selection.Users), ("app", EntityType.App, selection.Apps),
                ("section", EntityType.Section, selection.Sections),
            })
            {
                foreach (var id in ids)
                {
                    chosen[$"{kind}:{id.PublicId}"] = reader.Named(type, id.Id);
                }
            }

            return chosen;
        }, cancellationToken);

    public Task<ActivityFigures> FiguresAsync(
        ActivityScope scope, ActivityFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync(scope, filter, (session, selection) => Figures(session, selection, cancellationToken), cancellationToken);

    /// <summary>The filter's page of the table; behind the last page it is empty.</summary>
    public Task<ActivityPage> PageAsync(
        ActivityScope scope, ActivityFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync(scope, filter, (session, selection) => Page(session, selection, filter.Page, cancellationToken), cancellationToken);

    /// <summary>A part of a conversation's messages. Null: there is no such conversation in the workspace.</summary>
    /// <param name="conversationId">Its id, or <see cref="ActivityRow.Segment"/>.</param>
    /// <param name="part">From 1; null: the one with the first message that carries one of the marks.</param>
    public Task<ConversationDetail?> ConversationAsync(
        ActivityScope scope, string conversationId, int? part, MessageMarks marks,
        CancellationToken cancellationToken = default) =>
        ReadAsync(scope, ActivityFilter.Empty, (session, selection) =>
            new ActivityReader(session, selection, pseudonyms).Conversation(conversationId, part, marks), cancellationToken);

    /// <summary>How far the workspace's data reaches, a row per source that has brought any.</summary>
    public Task<IReadOnlyList<DataReach>> ReachAsync(ActivityScope scope, CancellationToken cancellationToken = default) =>
        ReadAsync(
            scope, ActivityFilter.Empty, (session, _) => DataReach.Read(session, [scope.Workspace.Id]), cancellationToken);

    internal static DateTime? Instant(Statement row, int column) =>
        row.NullableNumber(column) is { } milliseconds ? UnixMilliseconds.ToUtc(milliseconds) : null;

    private static ActivityFigures Figures(
        UsageSession session, ActivitySelection selection, CancellationToken cancellationToken)
    {
        var people = new HashSet<long>();
        var days = new DayCounter(selection.Scope.Zone);
        long conversations = 0, messages = 0, userMessages = 0, flagged = 0, flaggedIn = 0, moderated = 0, moderatedIn = 0;
        long content = 0;
        var row = new ConversationScan(session, selection, newestFirst: false, cancellationToken);
        while (row.MoveNext())
        {
            conversations++;
            var count = row.MessageCount;
            messages += count;
            userMessages += row.UserMessageCount;
            content += row.ContentJsonBytes;
            people.Add(row.UserId);
            days.Add(row.CreatedAt, count);
            if ((row.Marks & MessageMarks.AnyFeedback) != 0)
            {
                flagged += row.FlaggedMessageCount;
                flaggedIn++;
            }

            if ((row.Marks & MessageMarks.Moderated) != 0)
            {
                moderated += row.ModeratedMessageCount;
                moderatedIn++;
            }
        }

        var bytes = BytesPerFile + (conversations * BytesPerConversation) + (messages * BytesPerMessage) +
            (selection.Scope.Identified ? content : -11 * messages);
        return new ActivityFigures(
            conversations, messages, userMessages, people.Count, flagged, flaggedIn, moderated, moderatedIn, bytes,
            days.Days(selection.Days));
    }

    private ActivityPage Page(
        UsageSession session, ActivitySelection selection, int page, CancellationToken cancellationToken)
    {
        var reader = new ActivityReader(session, selection, pseudonyms);
        var scan = new ConversationScan(session, selection, newestFirst: true, cancellationToken);
        for (var skip = (page - 1L) * ActivityPage.Size; skip > 0; skip--)
        {
            if (!scan.MoveNext())
            {
                return new ActivityPage([], page, false);
            }
        }

        var rows = new List<ConversationRow>();
        var more = scan.MoveNext();
        while (more && rows.Count < ActivityPage.Size)
        {
            rows.Add(new ConversationRow(scan));
            more = scan.MoveNext();
        }

        return new ActivityPage([.. rows.Select(reader.Row)], page, more);
    }

    /// <summary>The database answers synchronously, so the work leaves the caller's thread (a circuit's).</summary>
    private Task<T> ReadAsync<T>(
        ActivityScope scope, ActivityFilter filter,
        Func<UsageSession, ActivitySelection, T> read, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var session = database.OpenRead();
                var selection = ActivitySelection.Resolve(
                    session, scope, filter, scope.Days(filter, time), pseudonyms, out _);
                return read(session, selection);
            },
            cancellationToken);
}
