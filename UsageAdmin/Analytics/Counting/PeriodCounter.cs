using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Analytics.Counting;

/// <summary>
/// Counts roll-up rows of a period into dense arrays. The places of apps are followed by one place per workspace for its
/// chats without app. A message counts exactly if it is exported (decisions.md 1).
/// </summary>
internal sealed class PeriodCounter
{
    private readonly Facts _facts;
    private readonly PeriodCounter? _whole;
    private Bits _seen;

    /// <param name="conversations">No workspace has a conversation number as large.</param>
    /// <param name="whole">
    /// The counter of a longer period, to be joined with this one. Its parts may be counted by several threads.
    /// </param>
    public PeriodCounter(
        Facts facts, Period period, long conversations, PeriodCounter? whole, bool withDurations, bool withBreakdown)
    {
        (_facts, _whole) = (facts, whole);
        Period = period;
        Users = new UserCount[facts.Users.Length];
        Apps = new AppCount[facts.Apps.Length + facts.WorkspaceIds.Length];
        ModelMessages = new long[facts.Models.Length + 1];
        UserDays = new Bits(facts.Users.Length, period.Days.Days);
        AppUsers = new Bits(Apps.Length, facts.Users.Length);
        _seen = new Bits(facts.WorkspaceIds.Length, checked((int)conversations));
        Durations = withDurations ? new Durations() : null;
        Breakdown = withBreakdown ? new Breakdown(facts) : null;
    }

    public Period Period { get; }

    public UserCount[] Users { get; }

    public AppCount[] Apps { get; }

    /// <summary>By model; the last place is that of messages without a known model.</summary>
    public long[] ModelMessages { get; }

    /// <summary>Days with a message, from the period's first.</summary>
    public Bits UserDays { get; }

    public Bits AppUsers { get; }

    /// <summary>Of conversations that started in the period.</summary>
    public Durations? Durations { get; }

    /// <summary>What only the page shows; null: not counted.</summary>
    public Breakdown? Breakdown { get; }

    /// <summary>About how much memory it takes.</summary>
    public long Bytes => (16L * Users.Length) + (80L * Apps.Length) + UserDays.Bytes + AppUsers.Bytes + _seen.Bytes + (Breakdown?.Bytes ?? 0);

    /// <summary>How many different people used the apps.</summary>
    /// <param name="apps">Places.</param>
    public int UsersOf(IEnumerable<int> apps) => AppUsers.CountAll(apps);

    /// <summary>Places of the apps that have a row: created by the period's end, or used in it.</summary>
    public IEnumerable<int> ShownApps => Enumerable.Range(0, _facts.Apps.Length)
        .Where(app => Apps[app].Messages > 0 || _facts.Exists(_facts.Apps[app], Period.To));

    /// <summary>The workspaces in which somebody was active.</summary>
    public IEnumerable<int> UsedBy(int user) => Enumerable.Range(0, _facts.WorkspaceIds.Length).Where(workspace =>
        Enumerable.Range(0, Apps.Length).Any(app => AppUsers[app, user] && _facts.WorkspaceOfPlace(app) == workspace));

    /// <summary>Counts the rows of a UTC day that lie in the period.</summary>
    public void Add(int workspace, MessageRows rows, LocalQuarters quarters)
    {
        var (users, apps, models) = (rows.Users, rows.Apps, rows.Models);
        var quarter = rows[MessageColumn.Quarter];
        var conversation = rows[MessageColumn.ConversationNo];
        var userMessages = rows[MessageColumn.UserMessages];
        var allMessages = rows[MessageColumn.Messages];
        var flagged = rows[MessageColumn.FlaggedMessages];
        var moderated = rows[MessageColumn.ModeratedMessages];
        var biased = rows[MessageColumn.BiasedMessages];
        var inaccurate = rows[MessageColumn.InaccurateMessages];
        var inappropriate = rows[MessageColumn.InappropriateMessages];
        for (var row = 0; row < rows.Count; row++)
        {
            var day = quarters.Day[(int)quarter[row]];
            if (day < 0)
            {
                continue;
            }

            var (user, app) = (users[row], apps[row]);
            ref var count = ref Apps[app];
            if (_seen.Set(workspace, (int)conversation[row]))
            {
                // A conversation has one user and one app.
                count.Sessions++;
                AppUsers.Set(app, user);
                if (_whole is not null && _whole._seen.SetShared(workspace, (int)conversation[row]))
                {
                    count.OwnSessions++;
                }
            }

            // Few rows have any of it.
            if ((flagged[row] | moderated[row]) != 0)
            {
                count.Flagged += flagged[row];
                count.Moderated += moderated[row];
                count.Biased += biased[row];
                count.Inaccurate += inaccurate[row];
                count.Inappropriate += inappropriate[row];
            }

            count.Messages += allMessages[row];
            count.UserMessages += userMessages[row];
            count.LastDay = Math.Max(count.LastDay, day + 1);
            Users[user].Messages += userMessages[row];
            UserDays.Set(user, day);
            ModelMessages[models[row]] += allMessages[row];
        }

        Breakdown?.Add(workspace, rows, quarters);
    }

    /// <summary>Lets go of what only counting needs: nothing more will be counted.</summary>
    public void Close() => _seen = new Bits(0, 0);

    /// <summary>Adds what a part of the period counted.</summary>
    public void Join(PeriodCounter part)
    {
        var firstDay = part.Period.Days.From.DayNumber - Period.Days.From.DayNumber;
        for (var app = 0; app < Apps.Length; app++)
        {
            ref var count = ref Apps[app];
            ref var more = ref part.Apps[app];
            count.Sessions += more.OwnSessions;
            count.Messages += more.Messages;
            count.UserMessages += more.UserMessages;
            count.Flagged += more.Flagged;
            count.Moderated += more.Moderated;
            count.Biased += more.Biased;
            count.Inaccurate += more.Inaccurate;
            count.Inappropriate += more.Inappropriate;
            count.LastDay = more.LastDay > 0 ? Math.Max(count.LastDay, firstDay + more.LastDay) : count.LastDay;
        }

        for (var user = 0; user < Users.Length; user++)
        {
            Users[user].Messages += part.Users[user].Messages;
            Users[user].Started += part.Users[user].Started;
        }

        for (var model = 0; model < ModelMessages.Length; model++)
        {
            ModelMessages[model] += part.ModelMessages[model];
        }

        UserDays.Join(part.UserDays, firstDay);
        AppUsers.Join(part.AppUsers, 0);
        Breakdown?.Join(part.Breakdown!);
    }

    /// <summary>Counts the conversations of a UTC day that started in the period.</summary>
    public void Add(DayRows<StartColumn> starts)
    {
        var createdAt = starts[StartColumn.CreatedAt];
        var users = starts[StartColumn.UserId];
        for (var row = 0; row < starts.Count; row++)
        {
            if (createdAt[row] >= Period.From && createdAt[row] < Period.To)
            {
                Users[_facts.UserIndexes.Of(users[row])].Started++;
            }
        }
    }

    public void Add(int workspace, DayRows<DurationColumn> durations)
    {
        var createdAt = durations[DurationColumn.CreatedAt];
        var apps = durations[DurationColumn.AppId];
        var milliseconds = durations[DurationColumn.Duration];
        for (var row = 0; row < durations.Count; row++)
        {
            if (createdAt[row] >= Period.From && createdAt[row] < Period.To)
            {
                Durations!.Add(_facts.PlaceOfApp(workspace, apps[row]), milliseconds[row]);
            }
        }
    }
}

/// <summary>What one person did in a period.</summary>
internal struct UserCount
{
    public long Messages;
    public int Started;
}

/// <summary>What was done with one app in a period.</summary>
internal struct AppCount
{
    public long Sessions;

    /// <summary>Those of them that no other part of the whole has counted.</summary>
    public long OwnSessions;
    public long UserMessages;
    public long Messages;
    public long Flagged;
    public long Moderated;
    public long Biased;
    public long Inaccurate;
    public long Inappropriate;

    /// <summary>Day of the period, from 1, with the last message; 0: none.</summary>
    public int LastDay;
}
