using System.CommandLine;
using System.IO.Pipelines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Activity;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>export activity</c>: the same bytes as the browser's download, apart from <c>exportedAt</c>.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandHost host) => new("export", "Write an export to a file.") { Activity(host) };

    private static Command Activity(CommandHost host)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var fields = new Dictionary<string, Option<string[]>>(StringComparer.Ordinal)
        {
            ["from"] = new("--from") { Description = "First day, YYYY-MM-DD, in the organisation's zone." },
            ["to"] = new("--to") { Description = $"Last day; at most {ActivityFilter.MaxExportDays} days in all." },
            ["range"] = new("--range") { Description = $"Instead of days: {string.Join(", ", RangePresets.Names.Keys)}." },
            ["user"] = new("--user") { Description = "Only this user's conversations. May be repeated." },
            ["app"] = new("--app") { Description = "Only conversations with this app. May be repeated." },
            ["section"] = new("--section") { Description = "Only conversations of this section. May be repeated." },
            ["flag"] = new("--flag")
            {
                Description = $"Only conversations with this flag: {string.Join(", ", Enum.GetValues<FlaggedAs>().Select(ActivityFilter.NameOf))}.",
            },
        };
        var command = new Command("activity", "Conversations of up to 31 days with their messages, as JSON.") { workspace, output };
        foreach (var option in fields.Values)
        {
            command.Add(option);
        }

        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var scope = await ScopeAsync(services, parsed.GetRequiredValue(workspace), cancellationToken);
            var filter = ActivityFilter.Parse(
                fields.Select(f => KeyValuePair.Create(f.Key, new StringValues(parsed.GetValue(f.Value) ?? []))),
                out var problems);
            using var export = problems.Count == 0
                ? services.GetRequiredService<ActivityExport>().Prepare(scope, filter, out problems)
                : null;
            if (export is null)
            {
                throw new CommandException(
                    string.Join(' ', problems.SelectMany(p => p.Value.Select(text => $"{p.Key}: {text}"))), ExitCode.WrongUse);
            }

            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            var written = await services.GetRequiredService<CommandExport>().WriteAsync(
                export.Start(ExportOrigin.Command, Actor.Command), path, async file =>
                {
                    var pipe = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));
                    return new ExportedRows((await export.WriteAsync(pipe, cancellationToken)).Rows);
                }, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(FormattableString.Invariant(
                $"{path}: {written.Result.Rows} conversations, {written.Bytes} bytes."));
        }));
        return command;
    }

    private static async Task<ActivityScope> ScopeAsync(
        IServiceProvider services, string workspaceId, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<UsageDbContext>();
        var workspace = await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == workspaceId, cancellationToken)
            ?? throw new CommandException($"There is no workspace {workspaceId}.");
        var organization = await db.Organizations.SingleAsync(o => o.Id == workspace.OrganizationId, cancellationToken);
        if (!organization.ExportsEnabled)
        {
            throw new CommandException($"Exports are off for {organization.PublicId}. The instance's operator can switch them on.");
        }

        return ActivityScope.Of(organization, workspace);
    }
}
