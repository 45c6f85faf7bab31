using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports;

/// <summary>Who may see an export again: who has the right to make one of its kind now.</summary>
internal static class ExportAccess
{
    internal const string Policy = "right:export-again";

    /// <summary>For routes that name an export as <c>exportId</c>. Refuses as <see cref="RequireRightAttribute"/> does.</summary>
    public static TBuilder RequireRightToExport<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(Policy);

    /// <summary>The export of such an endpoint, and what it was made of.</summary>
    public static GrantedExport GrantedExport(this HttpContext http) => http.Features.Get<GrantedExport>()
        ?? throw new InvalidOperationException("The endpoint does not require a right to an export.");

    /// <summary>By which way a request asks for an export.</summary>
    public static ExportOrigin ExportOrigin(this HttpContext http) =>
        http.ApiKey() is null ? Data.Schema.ExportOrigin.Browser : Data.Schema.ExportOrigin.Api;

    internal static Right RightTo(string kind) => kind switch
    {
        "activity" => Right.ExportActivity,
        "org-analytics" => Right.ExportAnalytics,
        _ => Right.ExportUsage,
    };
}

/// <param name="Workspace">Null: of the whole organisation.</param>
/// <param name="StrictWorkspaces">Public ids of the organisation's workspaces that have user-level data off now.</param>
internal sealed record GrantedExport(
    Export Export, Organization Organization, Workspace? Workspace, IReadOnlyList<string> StrictWorkspaces);

internal sealed record ExportRequirement : IAuthorizationRequirement;

/// <summary>Finds the export and asks <see cref="Rights"/>, on every request.</summary>
internal sealed class ExportRequirementHandler(Rights rights, IDbContextFactory<UsageDbContext> contexts)
    : AuthorizationHandler<ExportRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context, ExportRequirement requirement)
    {
        if (context.Resource is not HttpContext http)
        {
            return;
        }

        var found = await FindAsync(contexts, http.Request.RouteValues["exportId"] as string, http.RequestAborted);
        var decision = found is null ? new RightDecision.NotFound() : await DecideAsync(http, found);
        http.Features.Set(decision);
        if (decision is RightDecision.Granted)
        {
            http.Features.Set(found);
            context.Succeed(requirement);
        }
    }

    private async Task<RightDecision> DecideAsync(HttpContext http, GrantedExport found)
    {
        var right = ExportAccess.RightTo(found.Export.Kind);
        var id = right is Right.ExportAnalytics ? found.Organization.PublicId : found.Workspace?.PublicId;
        return http.ApiKey() is { } key
            ? KeyRights.DecideExport(key, right, id)
            : await rights.DecideAsync(http.User, right, id, http.RequestAborted);
    }

    /// <summary>Whoever asks has not been asked for a right yet.</summary>
    internal static async Task<GrantedExport?> FindAsync(
        IDbContextFactory<UsageDbContext> contexts, string? exportId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from export in db.Exports.AsNoTracking()
            where export.PublicId == exportId
            join organization in db.Organizations.AsNoTracking() on export.OrganizationId equals organization.Id
            from workspace in db.Workspaces.AsNoTracking().Where(w => w.Id == export.WorkspaceId).DefaultIfEmpty()
            select new { export, organization, workspace }).SingleOrDefaultAsync(cancellationToken);
        return found is null
            ? null
            : new GrantedExport(
                found.export, found.organization, found.workspace,
                await db.Workspaces.Where(w => w.OrganizationId == found.organization.Id && !w.UserLevelData)
                    .Select(w => w.PublicId).ToListAsync(cancellationToken));
    }
}
