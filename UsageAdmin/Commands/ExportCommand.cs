using System.CommandLine;
using System.IO.Pipelines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Activity;
using UsageAdmin.Analytics;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Usage;

namespace UsageAdmin.Commands;

/// <summary><c>export …</c>: the same bytes as the browser's downloads, apart from Activity's <c>exportedAt</c>.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("export", "Write an export to a file.") { Activity(host), OrgAnalytics(host) };
        foreach (var type in UsageDataTypes.All)
        {
            command.Add(Usage(host, type));
        }

        return command;
    }

    private static Command Activity(CommandHost host)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var output = Output();
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
            var (organization, found) = await WorkspaceAsync(services, parsed.GetRequiredValue(workspace), cancellationToken);
            var scope = ActivityScope.Of(organization, found);
            var filter = ActivityFilter.Parse(Query(parsed, fields), out var problems);
            using var export = problems.Count == 0
                ? services.GetRequiredService<ActivityExport>().Prepare(scope, filter, out problems)
                : null;
            if (export is null)
            {
                throw Refused(problems);
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

    private static Command OrgAnalytics(CommandHost host)
    {
        var organization = new Option<string>("--organization") { Description = "The organisation's id.", Required = true };
        var output = Output();
        output.Description = "The file to write: .xlsx for one workbook, any other name for a ZIP of CSVs.";
        var fields = new Dictionary<string, Option<string[]>>(StringComparer.Ordinal)
        {
            ["from"] = new("--from") { Description = "First month, YYYY-MM, in the organisation's zone." },
            ["to"] = new("--to") { Description = $"Last month; at most {AnalyticsFilter.MaxMonths} in all." },
            ["range"] = new("--range")
            {
                Description = $"Instead of months: {string.Join(", ", AnalyticsFilter.Presets.Select(RangePresets.NameOf))}.",
            },
            ["workspace"] = new("--workspace") { Description = "Only this workspace. May be repeated." },
        };
        var command = new Command("org-analytics", "Four tables by month for the whole organisation.") { organization, output };
        foreach (var option in fields.Values)
        {
            command.Add(option);
        }

        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var id = parsed.GetRequiredValue(organization);
            var found = await services.GetRequiredService<UsageDbContext>().Organizations
                .SingleOrDefaultAsync(o => o.PublicId == id, cancellationToken)
                ?? throw new CommandException($"There is no organisation {id}.");
            RequireExports(found);
            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            var filter = AnalyticsFilter.Parse(Query(parsed, fields), out var problems);
            var format = Path.GetExtension(path).Equals(".xlsx", StringComparison.OrdinalIgnoreCase) ? "xlsx" : "zip";
            var export = problems.Count == 0
                ? services.GetRequiredService<OrgAnalyticsExport>().Prepare(
                    found, filter, format, ExportOrigin.Command, Actor.Command, out problems)
                : null;
            if (export is null)
            {
                throw Refused(problems);
            }

            var written = await services.GetRequiredService<CommandExport>().WriteAsync(export, path, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(FormattableString.Invariant(
                $"{path}: {written.Result.Rows} rows, {written.Bytes} bytes."));
        }));
        return command;
    }

    private static Command Usage(CommandHost host, UsageDataType type)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var output = Output();
        output.Description = "The file to write: .xlsx for a workbook, any other name for CSV.";
        var fields = new Dictionary<string, Option<string[]>>(StringComparer.Ordinal)
        {
            ["from"] = new("--from") { Description = $"First day, YYYY-MM-DD, in the organisation's zone; at most {UsageScope.HistoryMonths} months back." },
            ["to"] = new("--to") { Description = "Last day." },
            ["range"] = new("--range") { Description = $"Instead of days: {string.Join(", ", RangePresets.Names.Keys)}." },
            ["layout"] = new("--layout") { Description = $"{UsageFilter.ExtendedLayout}: further columns behind the usual ones." },
        };
        if (type == UsageDataType.Users)
        {
            fields["includeInactive"] = new("--include-inactive") { Description = "false: without users who did nothing." };
        }

        var name = UsageDataTypes.NameOf(type);
        var command = new Command(name, $"Usage of a workspace, one row for each of its {name}.") { workspace, output };
        foreach (var option in fields.Values)
        {
            command.Add(option);
        }

        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var (organization, found) = await WorkspaceAsync(services, parsed.GetRequiredValue(workspace), cancellationToken);
            var scope = services.GetRequiredService<UsageQuery>().ScopeOf(organization, found);
            if (!scope.DataTypes.Contains(type))
            {
                throw new CommandException($"Workflows are not switched on for {found.PublicId}.");
            }

            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            var format = Path.GetExtension(path).Equals(".xlsx", StringComparison.OrdinalIgnoreCase) ? "xlsx" : "csv";
            var request = UsageRequests.Of(
                scope, type, Query(parsed, fields), services.GetRequiredService<TimeProvider>(), out var problems);
            var export = request is null
                ? null
                : services.GetRequiredService<UsageExport>().Prepare(
                    scope, request, format, ExportOrigin.Command, Actor.Command, out problems);
            if (export is null)
            {
                throw Refused(problems);
            }

            var written = await services.GetRequiredService<CommandExport>().WriteAsync(export, path, cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(FormattableString.Invariant(
                $"{path}: {written.Result.Rows} rows, {written.Bytes} bytes."));
        }));
        return command;
    }

    private static Option<string> Output() => new("--out") { Description = "The file to write.", Required = true };

    private static IEnumerable<KeyValuePair<string, StringValues>> Query(
        ParseResult parsed, Dictionary<string, Option<string[]>> fields) =>
        fields.Where(f => parsed.GetResult(f.Value) is not null)
            .Select(f => KeyValuePair.Create(f.Key, new StringValues(parsed.GetValue(f.Value) ?? [])));

    private static CommandException Refused(IReadOnlyDictionary<string, string[]> problems) => new(
        string.Join(' ', problems.SelectMany(p => p.Value.Select(text => $"{p.Key}: {text}"))), ExitCode.WrongUse);

    private static void RequireExports(Organization organization)
    {
        if (!organization.ExportsEnabled)
        {
            throw new CommandException(
                $"Exports are off for {organization.PublicId}. The instance's operator can switch them on.");
        }
    }

    private static async Task<(Organization Organization, Workspace Workspace)> WorkspaceAsync(
        IServiceProvider services, string workspaceId, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<UsageDbContext>();
        var workspace = await db.Workspaces.SingleOrDefaultAsync(w => w.PublicId == workspaceId, cancellationToken)
            ?? throw new CommandException($"There is no workspace {workspaceId}.");
        var organization = await db.Organizations.SingleAsync(o => o.Id == workspace.OrganizationId, cancellationToken);
        RequireExports(organization);
        return (organization, workspace);
    }
}
