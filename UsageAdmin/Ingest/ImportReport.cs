using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest;

/// <summary>What an import did, for the page and the command.</summary>
public sealed class ImportReport
{
    /// <summary>Of refused records, warnings, stubs and waiting records, how many are listed; the rest is only counted.</summary>
    public const int Listed = 1000;

    private readonly List<ImportProblem> _problems = [];
    private readonly List<string> _stubs = [];

    public long ImportId { get; internal set; }

    public string SourceName { get; internal set; } = "";

    public ImportState State { get; internal set; }

    /// <summary>Why the file could not be read to its end; null: it was.</summary>
    public string? Failure { get; internal set; }

    /// <summary>By kind of record: <c>conversations</c>, <c>messages</c>, <c>users</c> …</summary>
    public SortedDictionary<string, EntityCounts> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>The first refused records and warnings, in the file's order.</summary>
    public IReadOnlyList<ImportProblem> Problems => _problems;

    /// <summary>Records that were not taken.</summary>
    public long Refused { get; private set; }

    public long Warnings { get; private set; }

    /// <summary>The first things made because others name them, as <c>user u1</c>.</summary>
    public IReadOnlyList<string> Stubs => _stubs;

    public long StubCount { get; private set; }

    /// <summary>Records of this source that wait for a conversation or message; earlier imports' included.</summary>
    public long Waiting { get; internal set; }

    /// <summary>The first of them, as <c>feedback f1 of conversation c1</c>.</summary>
    public IReadOnlyList<string> WaitingRecords { get; internal set; } = [];

    /// <summary>Message rows written.</summary>
    public long MessagesWritten { get; internal set; }

    /// <summary>Months of the organisation's zone whose figures moved, as <c>2026-01</c>.</summary>
    public IReadOnlyCollection<string> MonthsMoved { get; internal set; } = [];

    /// <summary>Conversations that the source had before and the file, which holds all of them, no longer has.</summary>
    public long Gone { get; internal set; }

    /// <summary>How far the source's data reaches now.</summary>
    public DateTime? DataUntilUtc { get; internal set; }

    /// <summary>Records of a kind that came in.</summary>
    public long CountOf(string kind) =>
        Counts.TryGetValue(kind, out var counts) ? counts.Created + counts.Changed + counts.Unchanged : 0;

    /// <summary>Problems that the import has stored before.</summary>
    internal long ProblemsBefore { get; set; }

    internal EntityCounts Of(string kind)
    {
        if (!Counts.TryGetValue(kind, out var counts))
        {
            Counts.Add(kind, counts = new EntityCounts());
        }

        return counts;
    }

    internal ImportProblem Add(ProblemItem item)
    {
        var problem = new ImportProblem
        {
            ImportId = ImportId,
            Ordinal = ProblemsBefore + Refused + Warnings + 1,
            Line = item.Line,
            Refused = item.Refused,
            Code = item.Code,
            Field = item.FieldName,
            Text = item.Text,
        };
        if ((item.Refused ? ++Refused : ++Warnings) <= Listed)
        {
            _problems.Add(problem);
        }

        return problem;
    }

    /// <summary>Goes on from what the import's row says of the part that is done.</summary>
    internal void GoOn(
        IReadOnlyDictionary<string, EntityCounts> counts, long refused, long warnings, long messagesWritten)
    {
        foreach (var (kind, done) in counts)
        {
            Counts[kind] = done;
        }

        (Refused, Warnings, MessagesWritten) = (refused, warnings, messagesWritten);
    }

    internal void AddStub(EntityType type, string externalId)
    {
        StubCount++;
        if (_stubs.Count < Listed)
        {
            _stubs.Add($"{type.ToString().ToLowerInvariant()} {externalId}");
        }
    }
}

/// <summary>How many records of a kind came in, by what they did to the stored state.</summary>
public sealed class EntityCounts
{
    public long Created { get; set; }

    public long Changed { get; set; }

    public long Unchanged { get; set; }

    internal void Add(Outcome outcome, long records = 1)
    {
        switch (outcome)
        {
            case Outcome.Created:
                Created += records;
                break;
            case Outcome.Changed:
                Changed += records;
                break;
            default:
                Unchanged += records;
                break;
        }
    }
}

internal enum Outcome
{
    Created,
    Changed,
    Unchanged,
}
