using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Tests.Support;

/// <summary>API keys and requests with them.</summary>
internal static class SomeKeys
{
    public static async Task<MadeKey> MakeKeyAsync(
        this UsageAdminApp app, ApiScopes scopes, string workspace = "alpha-main", string name = "Some key")
    {
        var (organization, found) = await app.WorkspaceAsync(workspace);
        return app.Services.GetRequiredService<ApiKeys>().Create(
            organization, found, new NewKey(name, scopes), Actor.Command, KeyScopes.All);
    }

    /// <summary>A client that comes with a key and without cookies.</summary>
    public static HttpClient ClientWith(this UsageAdminApp app, string key) => app.NewClient().With(key);

    public static HttpClient With(this HttpClient client, string key)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public static async Task<(Organization Organization, Workspace Workspace)> WorkspaceAsync(
        this UsageAdminApp app, string id)
    {
        await using var db = await app.ContextAsync();
        var workspace = await db.Workspaces.AsNoTracking().SingleAsync(w => w.PublicId == id);
        return (await db.Organizations.AsNoTracking().SingleAsync(o => o.Id == workspace.OrganizationId), workspace);
    }
}
