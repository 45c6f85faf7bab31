using System.Text.Json;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Jobs;

/// <summary>What an import of an upload would do, as it stands in <see cref="ImportUpload.Preview"/>.</summary>
/// <param name="Counts">By kind of record.</param>
/// <param name="Problems">The first refused records and the first warnings.</param>
public sealed record ImportPreview(
    string SourceName, SortedDictionary<string, EntityCounts> Counts, long Gone, long Refused, long Warnings,
    IReadOnlyList<PreviewProblem> Problems, long StubCount, IReadOnlyList<string> Stubs, long Waiting,
    IReadOnlyCollection<string> MonthsMoved, DateTime? DataUntilUtc, string? Failure)
{
    private const int MostProblems = 100;
    private const int MostStubs = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static ImportPreview Of(ImportReport report) => new(
        report.SourceName, report.Counts, report.Gone, report.Refused, report.Warnings,
        [
            .. report.Problems.Where(p => p.Refused).Take(MostProblems).Concat(
                report.Problems.Where(p => !p.Refused).Take(MostProblems)).Select(PreviewProblem.Of),
        ],
        report.StubCount, [.. report.Stubs.Take(MostStubs).Select(stub => PreviewProblem.Cut(stub))], report.Waiting,
        report.MonthsMoved, report.DataUntilUtc, report.Failure);

    public static ImportPreview Parse(string json) => JsonSerializer.Deserialize<ImportPreview>(json, Json)!;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public EntityCounts Of(string kind) => Counts.GetValueOrDefault(kind) ?? new EntityCounts();
}

/// <param name="Line">1-based line, or record where the format has no lines; 0: of the whole file.</param>
public sealed record PreviewProblem(long Line, bool Refused, string Code, string? Field, string Text)
{
    private const int LongestText = 300;

    public static PreviewProblem Of(ImportProblem problem) =>
        new(problem.Line, problem.Refused, problem.Code, problem.Field, Cut(problem.Text));

    /// <summary>Texts of problems may quote what the file holds.</summary>
    internal static string Cut(string text) => Components.Shared.Names.Cut(text, LongestText);
}
