using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics.Counting;

/// <summary>Counts periods on one snapshot, from the roll-up alone. For one thread.</summary>
internal sealed class AnalyticsReader
{
    private readonly UsageSession _session;
    private readonly CancellationToken _cancellationToken;
    private readonly long _conversations;
    private readonly DayRows<StartColumn> _starts = UsageDays.Starts();
    private readonly DayRows<DurationColumn> _durations = UsageDays.Durations();
    private readonly LocalQuarters _quarters;
    private readonly MessageRows _messages;

    /// <param name="beside">Another session on the same snapshot, to read with two threads; null: there is none.</param>
    public AnalyticsReader(
        UsageSession session, UsageSession? beside, MemberCache members, AnalyticsScope scope, Pseudonyms pseudonyms,
        CancellationToken cancellationToken)
        : this(session, new People(new Facts(session, beside, members, scope), pseudonyms), cancellationToken)
    {
    }

    private AnalyticsReader(UsageSession session, People people, CancellationToken cancellationToken)
    {
        (_session, _cancellationToken) = (session, cancellationToken);
        People = people;
        _messages = new MessageRows(Facts);
        _quarters = new LocalQuarters(Facts.Scope.Zone);
        _conversations = Facts.Scope.Workspaces.Select(NextConversation).DefaultIfEmpty().Max();
    }

    public Facts Facts => People.Facts;

    public People People { get; }

    /// <summary>A reader with the same facts for another thread.</summary>
    /// <param name="session">On the same snapshot.</param>
    public AnalyticsReader On(UsageSession session) =>
        session == _session ? this : new AnalyticsReader(session, People, _cancellationToken);

    /// <param name="whole">The counter of a longer period that this one is a part of.</param>
    /// <param name="withDurations">Keep durations for medians: 8 bytes per conversation that starts in the period.</param>
    public PeriodCounter Count(Period period, PeriodCounter? whole = null, bool withDurations = false)
    {
        var counter = new PeriodCounter(
            Facts, period, _conversations, whole, withDurations, withBreakdown: whole is not null);
        foreach (var day in period.UtcDays)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _quarters.Set(day, period.From, period.To, period.Days.From);
            for (var workspace = 0; workspace < Facts.WorkspaceIds.Length; workspace++)
            {
                _messages.Load(_session, workspace, day);
                counter.Add(workspace, _messages, _quarters);
                _starts.Load(_session, Facts.WorkspaceIds[workspace], day);
                counter.Add(_starts);
                if (withDurations)
                {
                    _durations.Load(_session, Facts.WorkspaceIds[workspace], day);
                    counter.Add(workspace, _durations);
                }
            }
        }

        if (whole is not null)
        {
            lock (whole)
            {
                whole.Join(counter);
            }
        }

        return counter;
    }

    /// <summary>Empty, for its parts to be counted into.</summary>
    public PeriodCounter NewWhole(Period period) =>
        new(Facts, period, _conversations, whole: null, withDurations: false, withBreakdown: true);

    /// <summary>Who used which app before an instant.</summary>
    /// <param name="to">Milliseconds since 1970, on a quarter-hour.</param>
    public Bits UsedBefore(long to)
    {
        var used = new Bits(Facts.Apps.Length + Facts.WorkspaceIds.Length, Facts.Users.Length);
        var pairs = UsageDays.Pairs();
        for (var workspace = 0; workspace < Facts.WorkspaceIds.Length; workspace++)
        {
            if (UsageDays.First(_session, Facts.WorkspaceIds[workspace]) is not { } day)
            {
                continue;
            }

            for (; day + UsageDays.Milliseconds <= to; day += UsageDays.Milliseconds)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                pairs.Load(_session, Facts.WorkspaceIds[workspace], day);
                for (var row = 0; row < pairs.Count; row++)
                {
                    used.Set(
                        Facts.PlaceOfApp(workspace, pairs[PairColumn.AppId][row]),
                        Facts.UserIndexes.Of(pairs[PairColumn.UserId][row]));
                }
            }

            _messages.Load(_session, workspace, UsageDays.DayOf(to));
            for (var row = 0; row < _messages.Count; row++)
            {
                if (day + (_messages[MessageColumn.Quarter][row] * QuarterHour.Milliseconds) < to)
                {
                    used.Set(_messages.Apps[row], _messages.Users[row]);
                }
            }
        }

        return used;
    }

    private long NextConversation(Data.Schema.Workspace workspace)
    {
        // Asked of the snapshot: the workspace may have been read before it.
        var row = _session.Prepare("SELECT next_conversation_no FROM workspace WHERE id = ?1").Bind(1, workspace.Id);
        var next = row.Step() ? row.Number(0) : 0;
        row.Reset();
        return next;
    }
}
