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

    /// <summary>The right, and the public id of the workspace or organisation that it is a right to.</summary>
    internal static (Right Right, string? PublicId) RightTo(string kind, Organization organization, Workspace? workspace) =>
        RightTo(kind) is var right and (Right.ExportAnalytics or Right.ExportAudit)
            ? (right, organization.PublicId)
            : (RightTo(kind), workspace?.PublicId);

    internal static Right RightTo(string kind) => kind switch
    {
        "activity" => Right.ExportActivity,
        "org-analytics" => Right.ExportAnalytics,
        "audit" => Right.ExportAudit,
        _ => Right.ExportUsage,
    };
}

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
        var (right, publicId) = ExportAccess.RightTo(found.Export.Kind, found.Organization, found.Workspace);
        return http.ApiKey() is { } key
            ? KeyRights.DecideExport(key, right, publicId)
            : await rights.DecideAsync(http.User, right, publicId, http.RequestAborted);
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
