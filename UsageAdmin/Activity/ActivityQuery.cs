using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// What the Activity page shows. Every method reads one snapshot; none reads raw messages except
/// <see cref="ConversationAsync"/>. The caller has checked the right to the scope.
/// </summary>
public sealed class ActivityQuery(UsageDatabase database, Pseudonyms pseudonyms, TimeProvider time)
{
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

    /// <summary>The filter's figures, and its page of the table; behind the last page that is empty.</summary>
    public Task<ActivityFound> FindAsync(
        ActivityScope scope, ActivityFilter filter, CancellationToken cancellationToken = default) =>
        ReadAsync(scope, filter, (session, selection) => Find(session, selection, filter.Page, cancellationToken), cancellationToken);

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

    private ActivityFound Find(
        UsageSession session, ActivitySelection selection, int page, CancellationToken cancellationToken)
    {
        var days = new ActivityDays(session, selection, cancellationToken);
        var counter = new ActivityCounter(selection);
        var chosen = new int[days.Days.Count];
        for (var day = 0; day < chosen.Length; day++)
        {
            var rows = days.Load(days.Days[day]);
            chosen[day] = rows.Length;
            counter.Add(days, rows);
        }

        var keys = KeysOf(page, days, chosen);
        var reader = new ActivityReader(session, selection, pseudonyms);
        var found = new List<ActivityRow>();
        var scan = new ConversationScan(session, selection, [.. keys.Take(ActivityPage.Size)], cancellationToken);
        while (scan.MoveNext())
        {
            found.Add(reader.Row(new ConversationRow(scan)));
        }

        found.Reverse();
        return new ActivityFound(counter.Figures(), new ActivityPage(found, page, keys.Count > ActivityPage.Size));
    }

    /// <summary>The conversations of a page, newest first, and one more where there is a next page.</summary>
    /// <param name="chosen">How many each of the days has.</param>
    private static List<(long CreatedAt, long No)> KeysOf(int page, ActivityDays days, int[] chosen)
    {
        var keys = new List<(long CreatedAt, long No)>();
        var skip = (page - 1L) * ActivityPage.Size;
        for (var day = chosen.Length - 1; day >= 0 && keys.Count <= ActivityPage.Size; day--)
        {
            if (skip >= chosen[day])
            {
                skip -= chosen[day];
                continue;
            }

            var rows = days.Load(days.Days[day]);
            for (var i = rows.Length - 1 - (int)skip; i >= 0 && keys.Count <= ActivityPage.Size; i--)
            {
                keys.Add((days[ConversationColumn.CreatedAt][rows[i]], days[ConversationColumn.No][rows[i]]));
            }

            skip = 0;
        }

        return keys;
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
