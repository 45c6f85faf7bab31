using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Ingest.Writing;

/// <summary>What all writers of one import share: where it writes to, and its report.</summary>
internal sealed class ImportScope(UsageSession session, ImportReport report, TimeZoneInfo zone)
{
    /// <summary>Rows of <c>import_problem</c> that are kept of one import.</summary>
    private const long ProblemsStored = 10_000;

    public UsageSession Session => session;

    public ImportReport Report => report;

    /// <summary>Whether every batch is taken back, to see what an import would do.</summary>
    public bool IsPreview { get; init; }

    public SeenItems Seen { get; } = new();

    /// <summary>How much of its source the file holds.</summary>
    public Completeness Completeness { get; set; }

    public UndoLog Undo => _undo ??= new UndoLog(this);

    public MonthsMoved Months { get; } = new(zone);

    private readonly HashSet<long> _days = [];

    private UndoLog? _undo;

    /// <summary>People, sections and the like, and stays.</summary>
    public MadeRows Made { get; } = new();

    public required long OrganizationId { get; init; }

    public required long WorkspaceId { get; init; }

    public required long SourceId { get; init; }

    public required string SourceName { get; init; }

    public required long ImportId { get; init; }

    /// <summary>Milliseconds from which values hold that carry no time: the file's time, else the import's.</summary>
    public required long RecordTime { get; set; }

    /// <summary>Milliseconds of the latest time seen; null before the first.</summary>
    public long? DataUntil { get; private set; }

    public long NextConversationNo { get; private set; }

    private bool _carriesTokens;

    private bool _havePeopleChanged;

    /// <summary>Starts a batch: waits for other writers, then reads what they may have changed.</summary>
    public void BeginBatch()
    {
        session.Begin(WriteLock.Usage(OrganizationId));
        Made.Clear();
        NextConversationNo = session.Prepare("SELECT next_conversation_no FROM workspace WHERE id = ?1")
            .Bind(1, WorkspaceId).FirstNumber()!.Value;
    }

    /// <summary>Whether another connection has committed since this was asked last: what was read before may be gone.</summary>
    public bool IsChangedByOthers() => session.IsChangedByOthers();

    public long TakeConversationNo() => NextConversationNo++;

    public void CommitBatch(DateTime nowUtc)
    {
        UsageDays.MarkChanged(session, WorkspaceId, _days, nowUtc);
        _days.Clear();
        if (_carriesTokens)
        {
            session.Hold(WriteLock.Settings(OrganizationId));
            session.Prepare(
                "UPDATE organization SET own_model_keys_enabled = 1 WHERE id = ?1 AND own_model_keys_enabled IS NULL")
                .Bind(1, OrganizationId).Execute();
            if (session.Changes() > 0)
            {
                Undo.Changed("organization", OrganizationId, [("own_model_keys_enabled", null)], [("own_model_keys_enabled", 1L)]);
            }

            _carriesTokens = false;
        }

        session.Prepare(
                "UPDATE workspace SET next_conversation_no = ?2, data_version = data_version + 1, " +
                "people_version = people_version + ?3 WHERE id = ?1")
            .Bind(1, WorkspaceId).Bind(2, NextConversationNo).Bind(3, _havePeopleChanged ? 1 : 0).Execute();
        _havePeopleChanged = false;

        session.Commit();
    }

    /// <summary>Takes a batch back.</summary>
    public void DropBatch()
    {
        session.Rollback();
        _days.Clear();
        _carriesTokens = false;
        _havePeopleChanged = false;
    }

    /// <summary>Milliseconds from which a record's values hold.</summary>
    public long ValidFrom(DateTime? recordTime) => recordTime is { } utc ? UnixMilliseconds.From(utc) : RecordTime;

    /// <summary>Notes that a row of the roll-up or a conversation at this time is new, changed or gone.</summary>
    public void Moved(long milliseconds)
    {
        Months.Add(milliseconds);
        _days.Add(UsageDays.DayOf(milliseconds));
    }

    /// <summary>
    /// Notes that a row says how many tokens something took: usage exports show them from then on, unless somebody has
    /// decided otherwise (decisions.md 8).
    /// </summary>
    public void CarriesTokens() => _carriesTokens = true;

    /// <summary>Notes that people, sections, stays or values over time are other ones from now on.</summary>
    public void PeopleChanged() => _havePeopleChanged = true;

    /// <summary>Notes that the data reaches up to a time.</summary>
    public void Reach(long milliseconds)
    {
        if (DataUntil is not { } until || milliseconds > until)
        {
            DataUntil = milliseconds;
        }
    }

    public void Warn(long line, string code, string? field, string text) =>
        Add(new ProblemItem(Refused: false, code, field, text) { Line = line });

    public void Refuse(long line, string code, string? field, string text) =>
        Add(new ProblemItem(Refused: true, code, field, text) { Line = line });

    public void Add(ProblemItem item)
    {
        var problem = report.Add(item);
        if (problem.Ordinal <= ProblemsStored)
        {
            session.Prepare("INSERT INTO import_problem (import_id, ordinal, line, refused, code, field, text) " +
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, ImportId).Bind(2, problem.Ordinal).Bind(3, problem.Line).Bind(4, problem.Refused ? 1 : 0)
                .Bind(5, problem.Code).Bind(6, problem.Field).Bind(7, problem.Text).Execute();
        }
    }
}
