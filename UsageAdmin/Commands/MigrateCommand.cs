using System.CommandLine;
using UsageAdmin.Data;

namespace UsageAdmin.Commands;

/// <summary><c>migrate</c>: what every command and the server do first, alone.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandHost host)
    {
        var command = new Command("migrate", "Make the database, or bring its schema up to date.");
        command.SetAction(host.Action((parsed, services, _) =>
            parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"The schema of {services.GetRequiredService<UsageDatabase>().Description} is up to date.")));
        return command;
    }
}
