using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Commands;

/// <summary><c>generate</c>: reproducible synthetic activity into a workspace, for demos and benchmarks.</summary>
internal static class GenerateCommand
{
    private const int LargestNumber = 100_000_000;

    public static Command Create(CommandHost host)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var conversations = Number("--conversations", "How many conversations.", LargestNumber);
        conversations.Required = true;
        var seed = new Option<ulong>("--seed")
        {
            Description = "The same seed and options give the same data [default: 1].",
            DefaultValueFactory = _ => 1,
        };
        var users = Number("--users", "How many people [default: 200].", 1_000_000, 200);
        var apps = Number("--apps", "How many apps [default: 12].", 10_000, 12);
        var messages = Number("--messages", "Messages per conversation, in the mean [default: 9].", 1000, 9);
        var from = new Option<DateOnly?>("--from")
        {
            Description = "First day, in the organisation's zone [default: a year before the last].",
        };
        var to = new Option<DateOnly?>("--to") { Description = "Last day [default: yesterday]." };
        var command = new Command("generate", "Fill a workspace with reproducible synthetic activity.")
        {
            workspace, conversations, seed, users, apps, messages, from, to,
        };
        command.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(workspace);
            var zone = await ZoneOfAsync(services.GetRequiredService<UsageDbContext>(), target, cancellationToken);
            var now = TimeZoneInfo.ConvertTime(services.GetRequiredService<TimeProvider>().GetUtcNow(), zone);
            var last = parsed.GetValue(to) ?? DateOnly.FromDateTime(now.DateTime).AddDays(-1);
            var first = parsed.GetValue(from) ?? last.AddYears(-1).AddDays(1);
            if (first > last)
            {
                throw new CommandException($"--from {first:O} lies behind --to {last:O}.", ExitCode.WrongUse);
            }

            var generator = new ActivityGenerator(
                new GenerateOptions(parsed.GetValue(conversations), parsed.GetValue(seed), first, last, zone)
                {
                    Users = parsed.GetValue(users),
                    Apps = parsed.GetValue(apps),
                    AverageMessages = parsed.GetValue(messages),
                });
            var report = await services.GetRequiredService<ImportWriter>().WriteAsync(
                generator.ItemsAsync(), new ImportRequest("generate", ActivityGenerator.Format, target),
                cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(FormattableString.Invariant(
                $"Workspace {target}: {report.Of("conversations").Created} conversations and {report.MessagesWritten} messages, {first:O} to {last:O}."));
        }));
        return command;
    }

    private static Option<int> Number(string name, string description, int largest, int? otherwise = null)
    {
        var option = new Option<int>(name) { Description = description };
        if (otherwise is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number)
                && (number < 1 || number > largest))
            {
                result.AddError($"{name} must be 1 to {largest}.");
            }
        });
        return option;
    }

    private static async Task<TimeZoneInfo> ZoneOfAsync(
        UsageDbContext db, string workspace, CancellationToken cancellationToken)
    {
        var zone = await (
            from w in db.Workspaces
            join o in db.Organizations on w.OrganizationId equals o.Id
            where w.PublicId == workspace
            select o.TimeZone).SingleOrDefaultAsync(cancellationToken)
            ?? throw new CommandException($"There is no workspace {workspace}.");
        return TimeZoneInfo.FindSystemTimeZoneById(zone);
    }
}
