using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports;

/// <summary>
/// Files of exports by signed link, for whoever has one. A link dies with its file, with the key that it was made with, with
/// the organisation's exports and with user-level data.
/// </summary>
internal static class LinkEndpoints
{
    public static void MapLinks(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/d/{token}", [HttpMethods.Get, HttpMethods.Head], FileAsync).AllowAnonymous();

        // Else routing's own answer to other methods, which is nobody's endpoint, would ask for sign-in.
        app.Map("/d/{token}", NotAllowed).AllowAnonymous();
    }

    /// <summary>The same for every token: nothing is said about it.</summary>
    private static IResult NotAllowed(HttpContext http)
    {
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.Allow = $"{HttpMethods.Get}, {HttpMethods.Head}";
        return Results.Problem(
            type: "method-not-allowed", statusCode: StatusCodes.Status405MethodNotAllowed,
            title: "Links are for GET and HEAD.");
    }

    private static async Task FileAsync(
        HttpContext http, string token, ExportLinks links, IDbContextFactory<UsageDbContext> contexts, DataDirectory directory,
        AuditLog audit, IOptions<SupportOptions> support, SteadyClock clock, TimeProvider time)
    {
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (links.Read(http.Features.Get<HiddenToken>()?.Value ?? token) is not { } link)
        {
            await Invalid().ExecuteAsync(http);
            return;
        }

        if (links.IsExpired(link))
        {
            await Expired().ExecuteAsync(http);
            return;
        }

        var found = await ExportRequirementHandler.FindAsync(contexts, link.ExportId, http.RequestAborted);
        if (found is null || found.Export.OrganizationId != link.OrganizationId || found.Export.ApiKeyId != link.ApiKeyId)
        {
            await Invalid().ExecuteAsync(http);
            return;
        }

        var actor = new Actor("key", null, found.Export.ActorName, http.Connection.RemoteIpAddress?.ToString())
        {
            ApiKeyId = link.ApiKeyId,
        };
        var refusal = !await IsGoodAsync(contexts, link.ApiKeyId, clock.UtcNow, http.RequestAborted)
            ? ("key-ended", KeyEnded())
            : !found.Organization.ExportsEnabled ? ("feature-disabled", Problems.FeatureDisabled(support.Value.Contact))
            : !found.IsKept(time) ? ("file-gone", ExportEndpoints.Expired())
            : found.ShowsWhoMustBeHidden() ? ("names-people", ExportEndpoints.NamesPeople())
            : default((string Reason, IResult Answer)?);
        if (refusal is var (reason, answer))
        {
            audit.Append(new AuditEntry(
                found.Organization.Id, found.Workspace?.Id, actor, "export.download-refused", found.Export.PublicId,
                Details: new Dictionary<string, object?>
                {
                    ["kind"] = found.Export.Kind,
                    ["format"] = found.Export.Format,
                    ["way"] = "link",
                    ["reason"] = reason,
                }));
            await answer.ExecuteAsync(http);
            return;
        }

        await ExportEndpoints.SendAsync(http, found, directory, audit, actor, "link");
    }

    private static async Task<bool> IsGoodAsync(
        IDbContextFactory<UsageDbContext> contexts, long apiKeyId, DateTime now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AnyAsync(
            key => key.Id == apiKeyId && key.RevokedAtUtc == null && key.ExpiresAtUtc > now, cancellationToken);
    }

    private static IResult Invalid() => Results.Problem(
        type: "link-invalid", statusCode: StatusCodes.Status403Forbidden, title: "This is no link of this server.",
        detail: "Check that it was copied whole.");

    private static IResult Expired() => Results.Problem(
        type: "link-expired", statusCode: StatusCodes.Status410Gone, title: "The link has expired.",
        detail: "Export again to get a new one.");

    private static IResult KeyEnded() => Results.Problem(
        type: "link-revoked", statusCode: StatusCodes.Status403Forbidden,
        title: "The link has ended with the API key that it was made with.", detail: "Export again with a key that is valid.");
}
