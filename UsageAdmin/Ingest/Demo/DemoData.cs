using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Ingest.Demo;

/// <summary>
/// Fills an ordinary database with the demo organisations, through the writer that imports use. The same for a given day;
/// again on that day it changes nothing, on a later day it adds what has happened since.
/// </summary>
public sealed class DemoData(IDbContextFactory<UsageDbContext> contexts, ImportWriter writer, TimeProvider time)
{
    private const string FilePrefix = "demo-";
    private static readonly DateTime Founded = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public async Task LoadAsync(CancellationToken cancellationToken = default)
    {
        foreach (var organization in DemoOrganization.All)
        {
            await AddAsync(organization, cancellationToken);
            var today = DateOnly.FromDateTime(
                TimeZoneInfo.ConvertTime(time.GetUtcNow(), organization.TimeZone).DateTime);
            foreach (var workspace in organization.Workspaces)
            {
                await LoadAsync(organization, workspace, today, cancellationToken);
            }
        }
    }

    private async Task LoadAsync(
        DemoOrganization organization, DemoWorkspace workspace, DateOnly today, CancellationToken cancellationToken)
    {
        var loadedOn = await LoadedOnAsync(workspace, cancellationToken);
        if (loadedOn >= today)
        {
            return;
        }

        var plan = DemoSchedule.Plan(today, loadedOn, workspace, organization.TimeZone);
        var activity = new GeneratedActivity(workspace.Cast(organization.TimeZone, plan.UntilUtc), plan);
        await writer.WriteAsync(
            activity.ItemsAsync(),
            new ImportRequest(FileName(today), ActivityGenerator.Format, workspace.Id) { SourceName = "demo" },
            cancellationToken);
    }

    /// <summary>The day of the newest load that came to its end; null: none did.</summary>
    private async Task<DateOnly?> LoadedOnAsync(DemoWorkspace workspace, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await (
            from import in db.Imports
            join target in db.Workspaces on import.WorkspaceId equals target.Id
            where target.PublicId == workspace.Id && import.Format == ActivityGenerator.Format
                && import.State == ImportState.Finished && import.FileName.StartsWith(FilePrefix)
            orderby import.FileName descending
            select import.FileName).FirstOrDefaultAsync(cancellationToken);
        return DateOnly.TryParseExact(
            name?[FilePrefix.Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
    }

    private static string FileName(DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{day:yyyy-MM-dd}");

    /// <summary>Adds what is missing; an organisation that is there keeps the settings that people gave it.</summary>
    private async Task AddAsync(DemoOrganization demo, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var organization = await db.Organizations.SingleOrDefaultAsync(o => o.PublicId == demo.Id, cancellationToken);
        if (organization is null)
        {
            organization = new Organization
            {
                PublicId = demo.Id,
                Name = demo.Name,
                TimeZone = demo.Zone,
                FirstDayOfWeek = demo.FirstDayOfWeek,
                ExportsEnabled = demo.ExportsEnabled,
                UserLevelData = demo.UserLevelData,
                WorkflowsEnabled = demo.WorkflowsEnabled,
                OwnModelKeysEnabled = demo.OwnModelKeysEnabled,
                CreatedAtUtc = Founded,
            };
            db.Organizations.Add(organization);
            await db.SaveChangesAsync(cancellationToken);
        }

        foreach (var workspace in demo.Workspaces)
        {
            if (!await db.Workspaces.AnyAsync(w => w.PublicId == workspace.Id, cancellationToken))
            {
                db.Workspaces.Add(new Workspace
                {
                    OrganizationId = organization.Id,
                    PublicId = workspace.Id,
                    Name = workspace.Name,
                    CreatedAtUtc = Founded,
                });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
