using System.CommandLine;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>organization add</c>: first steps without the browser.</summary>
internal static class OrganizationCommand
{
    public static Command Create(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = $"Its id in URLs: {PublicId.Rule}." };
        var name = new Option<string>("--name") { Description = "Its name.", Required = true };
        var zone = new Option<string>("--zone")
        {
            Description = "Reporting zone, an IANA id such as Europe/Berlin.",
            Required = true,
        };
        var exports = new Option<string>("--exports")
        {
            Description = "Whether data may be exported.",
            DefaultValueFactory = _ => "off",
        }.AcceptOnlyFromAmong("on", "off");
        var weekStart = new Option<string>("--week-start")
        {
            Description = "The first day of the week.",
            DefaultValueFactory = _ => "sunday",
        }.AcceptOnlyFromAmong("monday", "sunday");
        var add = new Command("add", "Add an organisation.") { id, name, zone, exports, weekStart };
        add.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var organization = await services.GetRequiredService<OrganizationRegistry>().AddAsync(
                new NewOrganization(
                    parsed.GetRequiredValue(id), parsed.GetRequiredValue(name), parsed.GetRequiredValue(zone))
                {
                    ExportsEnabled = parsed.GetValue(exports) == "on",
                    FirstDayOfWeek = parsed.GetValue(weekStart) == "monday" ? DayOfWeek.Monday : DayOfWeek.Sunday,
                },
                cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"Organisation {organization.PublicId} added.");
        }));
        return new Command("organization", "Organisations.") { add };
    }
}
