using System.Globalization;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Api;

/// <summary>What was taken in. Members and their order are part of the outside contract.</summary>
/// <param name="State"><c>finished</c>, or <c>failed</c>: the body could not be read to its end.</param>
/// <param name="Records">By kind of record.</param>
/// <param name="Stubs">Made because records name them, as <c>user u1</c>.</param>
/// <param name="Waiting">Records of the source that wait for a conversation or message, also from earlier times.</param>
/// <param name="MonthsMoved">Months of the organisation's zone whose figures moved, as <c>2026-01</c>.</param>
/// <param name="DataUntil">How far the source's data reaches; null: it has none.</param>
internal sealed record IngestAnswer(
    long Import, string Source, string State, IReadOnlyDictionary<string, EntityCounts> Records,
    IngestList<IngestProblem> Refused, IngestList<IngestProblem> Warnings, IngestList<string> Stubs,
    IngestList<string> Waiting, IReadOnlyCollection<string> MonthsMoved, string? DataUntil)
{
    public static IngestAnswer Of(ImportReport report) => new(
        report.ImportId, report.SourceName, report.State == ImportState.Finished ? "finished" : "failed", report.Counts,
        ProblemsOf(report, report.Refused, isRefused: true), ProblemsOf(report, report.Warnings, isRefused: false),
        new(report.StubCount, report.Stubs), new(report.Waiting, report.WaitingRecords), report.MonthsMoved,
        report.DataUntilUtc?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    private static IngestList<IngestProblem> ProblemsOf(ImportReport report, long count, bool isRefused) => new(
        count,
        [.. report.Problems.Where(p => p.Refused == isRefused)
            .Select(p => new IngestProblem(p.Line, p.Code, p.Field, p.Text))]);
}

/// <param name="First">At most <see cref="ImportReport.Listed"/> of them.</param>
internal sealed record IngestList<T>(long Count, IReadOnlyList<T> First);

/// <param name="Line">Of the body, from 1.</param>
/// <param name="Field">Null: the whole line.</param>
internal sealed record IngestProblem(long Line, string Code, string? Field, string Reason);
