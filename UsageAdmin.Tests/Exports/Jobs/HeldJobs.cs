using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports.Jobs;

/// <summary>A kind of exports that write their only row when they are told to. Workspace admins have the right to it.</summary>
internal sealed class HeldJobs : IDisposable
{
    public const string Kind = "held";

    private readonly SemaphoreSlim _go = new(0);

    public void AddTo(IServiceCollection services) => services.AddSingleton(new JobKind(Kind, request => new JobExport(
        Start(request.Organization, request.Workspace!, request.Actor), "held.csv", ContentTypes.Csv, WriteAsync)));

    /// <summary>Lets some of them go on.</summary>
    public void Release(int count = 1) => _go.Release(count);

    /// <summary>Queues one for the workspace's admin.</summary>
    /// <returns>Its id; null: there is no room.</returns>
    public static async Task<string?> QueueAsync(UsageAdminApp app, string workspaceId)
    {
        await using var db = await app.ContextAsync();
        var workspace = await db.Workspaces.SingleAsync(w => w.PublicId == workspaceId, TestContext.Current.CancellationToken);
        var organization = await db.Organizations.SingleAsync(
            o => o.Id == workspace.OrganizationId, TestContext.Current.CancellationToken);
        var email = $"wsadmin@{organization.PublicId}.example";
        var account = await db.Users.SingleAsync(a => a.Email == email, TestContext.Current.CancellationToken);
        return app.Services.GetRequiredService<QueuedExports>().Add(
            Start(organization, workspace, new Actor("account", account.Id, email, null)), "held.csv");
    }

    public void Dispose() => _go.Dispose();

    private static ExportStart Start(Organization organization, Workspace workspace, Actor actor) => new(
        organization, workspace, Kind, "csv", ExportOrigin.Background, actor,
        new Dictionary<string, object?> { ["from"] = "2026-01-01", ["to"] = "2026-01-31", ["privacy"] = "identified" });

    private async Task<ExportedRows> WriteAsync(Stream file, ExportProgress progress, CancellationToken cancellationToken)
    {
        progress.ExpectedRows = 10;
        progress.DoneRows = 3;
        await file.WriteAsync("held\r\n"u8.ToArray(), cancellationToken);
        await _go.WaitAsync(cancellationToken);
        return new ExportedRows(1);
    }
}
