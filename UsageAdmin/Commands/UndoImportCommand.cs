using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>undo-import</c>: takes back what an import brought.</summary>
internal static class UndoImportCommand
{
    public static Command Create(CommandHost host)
    {
        var id = new Argument<long>("ID") { Description = "The import's number, which import prints." };
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var command = new Command("undo-import", "Take back what an import brought.") { id, workspace };
        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var importId = parsed.GetRequiredValue(id);
            var publicId = parsed.GetRequiredValue(workspace);
            var db = services.GetRequiredService<UsageDbContext>();
            var found = await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == publicId, cancellationToken)
                ?? throw new ImportTargetException($"There is no workspace {publicId}.");
            var organization = await db.Organizations.SingleAsync(o => o.Id == found.OrganizationId, cancellationToken);
            var report = await services.GetRequiredService<ImportUndo>().RunAsync(found.Id, importId, cancellationToken);
            services.GetRequiredService<ImportAudit>().Undone(organization, found, importId, report, Actor.Command);
            await PrintAsync(importId, report, parsed.InvocationConfiguration.Output);
        }));
        return command;
    }

    private static async Task PrintAsync(long importId, UndoReport report, TextWriter output)
    {
        await output.WriteLineAsync(FormattableString.Invariant(
            $"Import {importId} is undone: {report.Removed} conversations removed, {report.Restored} as before."));
        if (report.Kept > 0)
        {
            await output.WriteLineAsync(FormattableString.Invariant(
                $"{report.Kept} stay as they are, because something else has changed them since."));
        }

        if (report.MonthsMoved.Count > 0)
        {
            await output.WriteLineAsync($"Months whose figures moved: {string.Join(", ", report.MonthsMoved)}.");
        }
    }
}
