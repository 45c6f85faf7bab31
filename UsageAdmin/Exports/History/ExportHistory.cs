using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.Jobs;

namespace UsageAdmin.Exports.History;

/// <summary>Reads the history of exports. The caller has checked the right to the scope.</summary>
public sealed class ExportHistory(
    IDbContextFactory<UsageDbContext> contexts, UsageDatabase database, HistoryWords words, QueuedExports queue, TimeProvider time)
{
    /// <summary>A page of the exports that the filter leaves, newest first.</summary>
    public async Task<HistoryView> LoadAsync(
        HistoryScope scope, HistoryFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var matching = Matching(Visible(db, scope), filter);
        var total = await matching.CountAsync(cancellationToken);
        var found = await (
            from export in matching.OrderByDescending(e => e.CreatedAtUtc).ThenByDescending(e => e.Id)
                .Skip((filter.Page - 1) * HistoryView.PageSize).Take(HistoryView.PageSize)
            from workspace in db.Workspaces.Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, workspace }).ToListAsync(cancellationToken);
        var strict = await StrictAsync(db, scope, cancellationToken);
        using var session = database.OpenRead();
        return new HistoryView(
            scope.Workspace?.PublicId ?? scope.Organization.PublicId, filter.ToQueryString(),
            scope.Workspace?.Name ?? scope.Organization.Name, scope.Organization.TimeZone, scope.Organization.ExportsEnabled,
            scope.Kinds,
            [
                .. found.OrderByDescending(f => f.export.CreatedAtUtc).ThenByDescending(f => f.export.Id).Select(
                    f => RowOf(session, new GrantedExport(f.export, scope.Organization, f.workspace, strict))),
            ],
            total);
    }

    /// <summary>Null: there is no such export that the reader may see.</summary>
    public async Task<HistoryDetails?> DetailsAsync(
        HistoryScope scope, string exportId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from export in Visible(db, scope).AsNoTracking()
            where export.PublicId == exportId
            from workspace in db.Workspaces.AsNoTracking().Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, workspace }).SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : new HistoryDetails(
                JsonPairs.Of(words.Parameters(new GrantedExport(
                    found.export, scope.Organization, found.workspace, await StrictAsync(db, scope, cancellationToken)))),
                JsonPairs.Of(found.export.Totals));
    }

    private static Task<List<string>> StrictAsync(UsageDbContext db, HistoryScope scope, CancellationToken cancellationToken) =>
        db.Workspaces.Where(w => w.OrganizationId == scope.Organization.Id && !w.UserLevelData).Select(w => w.PublicId)
            .ToListAsync(cancellationToken);

    private HistoryRow RowOf(UsageSession session, GrantedExport found)
    {
        var export = found.Export;
        var said = words.Of(session, found);
        return new HistoryRow(
            export.PublicId, export.Kind, export.Format, HistoryWords.Cut(found.Workspace?.Name), HistoryWords.Cut(export.ActorName),
            export.Origin, export.State, export.CreatedAtUtc, export.StartedAtUtc, export.FinishedAtUtc,
            export.CancelRequestedAtUtc is not null, export.DoneRows, export.ExpectedRows, export.Rows, export.Bytes,
            export.Sha256, export.ExpiresAtUtc, export.Failure, said.From, said.To, said.Narrowings, said.IsPseudonymous,
            found.Organization.ExportsEnabled && found.HasFile(time), found.IsKept(time) && found.ShowsWhoMustBeHidden(),
            found.Organization.ExportsEnabled && queue.Knows(export.Kind), said.NewDatesHref);
    }

    private static IQueryable<Export> Visible(UsageDbContext db, HistoryScope scope)
    {
        var (analytics, audit) = (scope.Seen.Analytics, scope.Seen.Audit);
        var (activityOf, usageOf) = (scope.Seen.ActivityOf.ToArray(), scope.Seen.UsageOf.ToArray());
        var workspaceId = scope.Workspace?.Id;
        return db.Exports.Where(e => e.OrganizationId == scope.Organization.Id
            && (workspaceId == null || e.WorkspaceId == workspaceId)
            && (e.Kind == "org-analytics" ? analytics
                : e.Kind == "audit" ? audit
                : e.Kind == "activity" ? activityOf.Contains(e.WorkspaceId!.Value)
                : usageOf.Contains(e.WorkspaceId!.Value)));
    }

    private static IQueryable<Export> Matching(IQueryable<Export> exports, HistoryFilter filter)
    {
        if (filter.Kind is { } kind)
        {
            exports = exports.Where(e => e.Kind == kind);
        }

        if (filter.State is { } state)
        {
            exports = exports.Where(e => e.State == state);
        }

        if (filter.Way is { } way)
        {
            exports = exports.Where(e => e.Origin == way);
        }

        if (filter.Id is { } id)
        {
            exports = exports.Where(e => e.PublicId == id);
        }

        if (filter.Who is { } who)
        {
            // Where ASCII letters of either case are equal, whatever the engine.
            var pattern = $"%{Caseless(who).Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
                .Replace("_", @"\_", StringComparison.Ordinal)}%";
#pragma warning disable CA1304, CA1311 // The database's lower().
            exports = exports.Where(e => EF.Functions.Like(e.ActorName!.ToLower(), pattern, @"\"));
#pragma warning restore CA1304, CA1311
        }

        return exports;
    }

    private static string Caseless(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));
}
