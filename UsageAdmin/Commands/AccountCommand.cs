using System.CommandLine;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary><c>account add</c>: an account, or more roles for one that exists.</summary>
internal static class AccountCommand
{
    private static readonly Dictionary<string, GrantRole> OrganizationRoles = new(StringComparer.Ordinal)
    {
        ["org-admin"] = GrantRole.OrganizationAdmin,
        ["org-admin-without-analytics"] = GrantRole.OrganizationAdminWithoutAnalytics,
        ["auditor"] = GrantRole.Auditor,
    };

    private static readonly Dictionary<string, GrantRole> WorkspaceRoles = new(StringComparer.Ordinal)
    {
        ["admin"] = GrantRole.WorkspaceAdmin,
        ["editor"] = GrantRole.WorkspaceEditor,
        ["member"] = GrantRole.WorkspaceMember,
    };

    public static Command Create(CommandHost host)
    {
        var email = new Argument<string>("EMAIL") { Description = "The address to sign in with." };
        var isOperator = new Option<bool>("--operator")
        {
            Description = "May add organisations and accounts. The first account may always.",
        };
        var organization = new Option<string>("--organization") { Description = "An organisation's id, for --role." };
        var workspace = new Option<string>("--workspace") { Description = "A workspace's id, for --role." };
        var roles = new Option<string[]>("--role")
        {
            Description = $"With --organization: {string.Join(", ", OrganizationRoles.Keys)}; "
                + $"with --workspace: {string.Join(", ", WorkspaceRoles.Keys)}. May be repeated.",
        };
        roles.AcceptOnlyFromAmong([.. OrganizationRoles.Keys, .. WorkspaceRoles.Keys]);
        var password = new Option<string>("--password") { Description = "Else one is made up and printed once." };
        var add = new Command("add", "Add an account, or roles to an account that exists.")
        {
            email, isOperator, organization, workspace, roles, password,
        };
        add.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var added = await services.GetRequiredService<AccountRegistry>().AddAsync(
                new NewAccount(parsed.GetRequiredValue(email), parsed.GetValue(password))
                {
                    IsOperator = parsed.GetValue(isOperator),
                    Grants = Grants(
                        parsed.GetValue(roles) ?? [], parsed.GetValue(organization), parsed.GetValue(workspace)),
                },
                cancellationToken);
            services.GetRequiredService<AccountAudit>().Granted(Actor.Command, added);
            var output = parsed.InvocationConfiguration.Output;
            await output.WriteLineAsync(
                $"Account {added.Account.Email} {(added.IsNew ? "added" : "was there already; it has these roles now")}.");
            if (added.MadeUpPassword is not null)
            {
                await output.WriteLineAsync($"Password (shown only now): {added.MadeUpPassword}");
            }
        }));
        return new Command("account", "Accounts: people who sign in here.") { add };
    }

    private static List<NewGrant> Grants(string[] roles, string? organization, string? workspace)
    {
        var grants = new List<NewGrant>();
        foreach (var role in roles)
        {
            grants.Add(OrganizationRoles.TryGetValue(role, out var forOrganization)
                ? new NewGrant(forOrganization, OrganizationId: organization ?? throw Missing("--organization", role))
                : new NewGrant(WorkspaceRoles[role], WorkspaceId: workspace ?? throw Missing("--workspace", role)));
        }

        if (organization is not null && !grants.Any(g => g.OrganizationId is not null))
        {
            throw Missing($"--role {string.Join('|', OrganizationRoles.Keys)}", $"--organization {organization}");
        }

        if (workspace is not null && !grants.Any(g => g.WorkspaceId is not null))
        {
            throw Missing($"--role {string.Join('|', WorkspaceRoles.Keys)}", $"--workspace {workspace}");
        }

        return grants;
    }

    private static CommandException Missing(string missing, string given) =>
        new($"{given} needs {missing}.", ExitCode.WrongUse);
}
