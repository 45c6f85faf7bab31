using System.CommandLine;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>workspace add</c>: first steps without the browser.</summary>
internal static class WorkspaceCommand
{
    public static Command Create(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = $"Its id in URLs: {PublicId.Rule}." };
        var organization = new Option<string>("--organization")
        {
            Description = "The id of its organisation.",
            Required = true,
        };
        var name = new Option<string>("--name") { Description = "Its name.", Required = true };
        var add = new Command("add", "Add a workspace to an organisation.") { id, organization, name };
        add.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var workspace = await services.GetRequiredService<OrganizationRegistry>().AddWorkspaceAsync(
                parsed.GetRequiredValue(id), parsed.GetRequiredValue(organization), parsed.GetRequiredValue(name),
                cancellationToken);
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"Workspace {workspace.PublicId} added.");
        }));
        return new Command("workspace", "Workspaces.") { add };
    }
}
