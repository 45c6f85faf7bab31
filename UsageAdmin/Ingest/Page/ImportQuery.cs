using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Jobs;
using UsageAdmin.Ingest.Uploads;

namespace UsageAdmin.Ingest.Page;

/// <summary>Reads what the import page shows. The caller has checked the right to the workspace.</summary>
internal sealed class ImportQuery(
    IDbContextFactory<UsageDbContext> contexts, ImportService imports, ImportJobs jobs, ImportUndo undo,
    IOptions<UploadOptions> options, TimeProvider time)
{
    private const int LongestName = 120;

    /// <summary>A running import writes at least that often.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public async Task<ImportView> LoadAsync(
        Organization organization, Workspace workspace, long accountId, ImportAddress address,
        CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var own = db.ImportUploads.Where(u => u.WorkspaceId == workspace.Id && u.AccountId == accountId);
        var upload = address.Upload is { } uploadId
            ? await own.SingleOrDefaultAsync(u => u.PublicId == uploadId, cancellationToken)
            : null;
        var report = address.Import is { } importId ? await ReportAsync(db, workspace, importId, address.Page, cancellationToken) : null;
        var isList = upload is null && report is null;
        var all = db.Imports.Where(i => i.WorkspaceId == workspace.Id);
        var uploads = isList
            ? await own.Where(u => u.State != UploadState.Ended).OrderByDescending(u => u.Id).ToListAsync(cancellationToken)
            : [];
        return new ImportView(
            workspace.PublicId, address.ToQueryString(), workspace.Name, organization.TimeZone, options.Value.MaxUploadBytes,
            imports.Formats, [.. uploads.Select(RowOf)], upload is null ? null : DetailsOf(upload),
            isList
                ? await RowsAsync(
                    db, all.OrderByDescending(i => i.StartedAtUtc).ThenByDescending(i => i.Id)
                        .Skip((address.Page - 1) * ImportView.PageSize).Take(ImportView.PageSize), cancellationToken)
                : [],
            await all.CountAsync(cancellationToken), report,
            address.Repeat is { } repeated
                ? (await RowsAsync(db, all.Where(i => i.Id == repeated), cancellationToken)).SingleOrDefault()
                : null);
    }

    private async Task<ImportReportView?> ReportAsync(
        UsageDbContext db, Workspace workspace, long importId, int page, CancellationToken cancellationToken)
    {
        var one = db.Imports.Where(i => i.WorkspaceId == workspace.Id && i.Id == importId);
        if (await one.SingleOrDefaultAsync(cancellationToken) is not { } import)
        {
            return null;
        }

        var problems = db.ImportProblems.Where(p => p.ImportId == importId);
        var upload = await db.ImportUploads
            .Where(u => u.WorkspaceId == workspace.Id && u.ImportId == importId && u.State != UploadState.Ended)
            .Select(u => u.PublicId).FirstOrDefaultAsync(cancellationToken);
        return new ImportReportView(
            (await RowsAsync(db, one, cancellationToken)).Single(),
            [.. JsonSerializer.Deserialize<SortedDictionary<string, EntityCounts>>(import.Counts, Json)!],
            [
                .. (await problems.OrderByDescending(p => p.Refused).ThenBy(p => p.Ordinal)
                    .Skip((page - 1) * ImportView.PageSize).Take(ImportView.PageSize).ToListAsync(cancellationToken))
                    .Select(PreviewProblem.Of),
            ],
            await problems.CountAsync(cancellationToken),
            import.MonthsMoved.Split(',', StringSplitOptions.RemoveEmptyEntries),
            await db.Sources.Where(s => s.Id == import.SourceId).Select(s => s.DataUntilUtc).SingleOrDefaultAsync(cancellationToken),
            import.Failure is null ? null : PreviewProblem.Cut(import.Failure),
            import.Options is null ? null : ImportOptions.Parse(import.Options),
            undo.FindObstacle(workspace.Id, importId), upload, upload is null ? null : jobs.ProgressOf(upload));
    }

    private async Task<IReadOnlyList<ImportRow>> RowsAsync(
        UsageDbContext db, IQueryable<Import> imports, CancellationToken cancellationToken)
    {
        var rows = await (
            from import in imports
            join source in db.Sources on import.SourceId equals source.Id
            from account in db.Users.Where(a => a.Id == import.AccountId).DefaultIfEmpty()
            select new { import, source.Name, account!.Email }).ToListAsync(cancellationToken);
        return
        [
            .. rows.OrderByDescending(r => r.import.StartedAtUtc).ThenByDescending(r => r.import.Id)
                .Select(r => RowOf(r.import, r.Name, r.Email)),
        ];
    }

    private ImportRow RowOf(Import import, string source, string? who) => new(
        import.Id, Names.Cut(import.FileName, LongestName), Names.Cut(source, LongestName), import.Format, import.State,
        import.StartedAtUtc, import.FinishedAtUtc, who is null ? null : Names.Cut(who, LongestName),
        import.AccountId is not null ? "Page" : IsByApi(import) ? "Api" : "Command",
        import.ConversationsCreated, import.ConversationsChanged, import.ConversationsUnchanged, import.ConversationsMissing,
        import.MessagesWritten, import.RecordsRefused, import.CancelRequestedAtUtc is not null,
        import.State == ImportState.Running && (import.SeenAtUtc ?? import.StartedAtUtc) < time.GetUtcNow().UtcDateTime - Silence,
        jobs.IsToBeUndone(import.Id));

    /// <summary>What comes by API has no file, and says so in its name.</summary>
    private static bool IsByApi(Import import) => import.Format == "otlp" || import.FileName == "api-ingest-v1";

    private static UploadRow RowOf(ImportUpload upload) => new(
        upload.PublicId, Names.Cut(upload.FileName, LongestName), upload.Bytes, upload.Received, upload.State, upload.Format,
        upload.Failure is null ? null : PreviewProblem.Cut(upload.Failure), upload.ImportId,
        upload.CancelRequestedAtUtc is not null, upload.CreatedAtUtc);

    private UploadDetails DetailsOf(ImportUpload upload) => new(
        RowOf(upload), ImportOptions.Parse(upload.Options),
        upload.Preview is null ? null : ImportPreview.Parse(upload.Preview), jobs.ProgressOf(upload.PublicId),
        upload.Format is { } format && imports.HasGroups(format));
}
