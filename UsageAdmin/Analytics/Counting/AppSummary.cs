using UsageAdmin.Data;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics.Counting;

/// <summary>The apps of a period with their attributes; small apps are merged by workspace where user-level data is off.</summary>
internal sealed class AppSummary(
    Facts facts, People people, PeriodCounter counter, Bits usedBefore, SmallGroups groups)
{
    private readonly long _end = counter.Period.To;

    public IReadOnlyList<AppFigures> Rows() =>
    [
        .. Enumerable.Range(0, facts.WorkspaceIds.Length).SelectMany(RowsOf)
            .OrderByDescending(row => row.MessagesTotal).ThenBy(row => row.WorkspaceId, StringComparer.Ordinal)
            .ThenBy(row => row.AppId, StringComparer.Ordinal),
    ];

    private IEnumerable<AppFigures> RowsOf(int workspace)
    {
        var apps = counter.ShownApps.Where(app => facts.Apps[app].Workspace == workspace).ToList();
        var merged = apps.Where(groups.Apps.Contains).ToList();
        foreach (var app in apps.Except(merged))
        {
            yield return OfApp(app);
        }

        if (merged.Count > 0)
        {
            yield return Row(workspace, AppFigures.Other, merged);
        }

        yield return Row(workspace, "", [facts.Apps.Length + workspace]);
    }

    private AppFigures OfApp(int place)
    {
        var app = facts.Apps[place];
        var hasCreator = app.Creator >= 0 && facts.Scope.IsIdentified;
        return Row(app.Workspace, app.PublicId, [place]) with
        {
            Name = facts.NameOf(app, _end),
            Status = facts.StatusOf(app, _end),
            Category = groups.CategoryOf(place),
            Model = facts.ModelOf(app, _end),
            CreatorId = hasCreator ? people.Id(app.Creator) : null,
            CreatorName = hasCreator ? people.Name(app.Creator, _end) : null,
            CreatorEmail = hasCreator ? people.Email(app.Creator, _end) : null,
            CreatedAt = DayOf(app.CreatedAt),
            PublishedAt = DayOf(app.PublishedAt < _end ? app.PublishedAt : null),
        };
    }

    private AppFigures Row(int workspace, string appId, IReadOnlyList<int> places)
    {
        var count = default(AppCount);
        var (users, returning) = (counter.AppUsers.Empty(), counter.AppUsers.Empty());
        foreach (var place in places)
        {
            var app = counter.Apps[place];
            count.Sessions += app.Sessions;
            count.UserMessages += app.UserMessages;
            count.Messages += app.Messages;
            count.Flagged += app.Flagged;
            count.Moderated += app.Moderated;
            count.Biased += app.Biased;
            count.Inaccurate += app.Inaccurate;
            count.Inappropriate += app.Inappropriate;
            count.LastDay = Math.Max(count.LastDay, app.LastDay);
            counter.AppUsers.Join(place, users);
            JoinReturning(place, returning);
        }

        var unique = Bits.Count(users);
        var (average, median) = counter.Durations?.Of(places) ?? (null, null);
        var at = facts.Scope.Workspaces[workspace];
        return new AppFigures(
            at.PublicId, at.Name, appId, null, null, null, null, null, null, null, null, null, unique,
            unique - Bits.Count(returning), count.Sessions, count.UserMessages, count.Messages, average, median,
            count.Flagged, count.Moderated, count.Biased, count.Inaccurate, count.Inappropriate,
            count.LastDay == 0 ? null : counter.Period.Days.From.AddDays(count.LastDay - 1));
    }

    /// <summary>People who used the app in the period and before it.</summary>
    private void JoinReturning(int place, ulong[] into)
    {
        var now = counter.AppUsers.Row(place);
        var earlier = usedBefore.Row(place);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] |= now[i] & earlier[i];
        }
    }

    private DateOnly? DayOf(long? milliseconds) =>
        milliseconds is { } at ? DateRange.DayOf(UnixMilliseconds.ToUtc(at), facts.Scope.Zone) : null;
}
