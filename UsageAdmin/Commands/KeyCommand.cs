using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary>
/// <c>key create|list|revoke|rotate</c>. Standard output holds the key alone, so that <c>KEY=$(UsageAdmin key create …)</c>
/// works; what is said about it goes to standard error.
/// </summary>
internal static class KeyCommand
{
    public static Command Create(CommandHost host) =>
        new("key", "API keys of a workspace.") { Add(host), List(host), Revoke(host), Rotate(host) };

    private static Command Add(CommandHost host)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"What it may do: {string.Join(", ", KeyScopes.Names.Select(n => n.Name))}. May be repeated.",
            Required = true,
        };
        scopes.AcceptOnlyFromAmong([.. KeyScopes.Names.Select(n => n.Name)]);
        var name = new Option<string>("--name")
        {
            Description = $"What it is for: 1 to {NewKey.LongestName} characters.",
            Required = true,
        };
        var expiresIn = new Option<int>("--expires-in")
        {
            Description = $"Days until it expires: 1 to {NewKey.MostDays}.",
            DefaultValueFactory = _ => NewKey.DefaultDays,
        };
        var create = new Command("create", "Make a key and print it, once.") { workspace, scopes, name, expiresIn };
        create.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var (organization, found) = await FindAsync(services, parsed.GetRequiredValue(workspace), cancellationToken);
            var made = services.GetRequiredService<ApiKeys>().Create(
                organization, found,
                new NewKey(
                    parsed.GetRequiredValue(name),
                    parsed.GetRequiredValue(scopes).Aggregate(ApiScopes.None, (all, s) => all | KeyScopes.Find(s)))
                {
                    ExpiresInDays = parsed.GetValue(expiresIn),
                },
                Actor.Command, KeyScopes.All);
            await PrintAsync(parsed, made);
        }));
        return create;
    }

    private static Command List(CommandHost host)
    {
        var workspace = new Option<string>("--workspace") { Description = "The workspace's id.", Required = true };
        var list = new Command("list", "List the keys of a workspace, newest first.") { workspace };
        list.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var keys = services.GetRequiredService<ApiKeys>();
            var (_, found) = await FindAsync(services, parsed.GetRequiredValue(workspace), cancellationToken);
            foreach (var key in await keys.ListAsync(found, cancellationToken))
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync(string.Join(
                    '\t', key.PublicPart(), keys.StateOf(key).ToString().ToLowerInvariant(),
                    $"expires {Minute(key.ExpiresAtUtc)}",
                    key.LastUsedAtUtc is { } used ? $"used {Minute(used)}" : "never used",
                    string.Join(',', KeyScopes.NamesOf(key.Scopes)), key.Name));
            }
        }));
        return list;
    }

    private static Command Revoke(CommandHost host)
    {
        var id = KeyId();
        var revoke = new Command("revoke", "End a key at once.") { id };
        revoke.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var found = await FindKeyAsync(services, parsed.GetRequiredValue(id), cancellationToken);
            var isNew = services.GetRequiredService<ApiKeys>().Revoke(
                found.Organization, found.Workspace, found.Key.KeyId, Actor.Command);
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"{found.Key.PublicPart()} {(isNew ? "is revoked" : "was revoked already")}.");
        }));
        return revoke;
    }

    private static Command Rotate(CommandHost host)
    {
        var id = KeyId();
        var grace = new Option<int>("--grace")
        {
            Description = "Hours for which the old key stays good, at most until its own end.",
            DefaultValueFactory = _ => (int)ApiKeys.DefaultGrace.TotalHours,
        };
        var rotate = new Command("rotate", "Make a successor of a key and print it, once.") { id, grace };
        rotate.SetAction(host.Action(async (parsed, services, cancellationToken) =>
        {
            var keys = services.GetRequiredService<ApiKeys>();
            var found = await FindKeyAsync(services, parsed.GetRequiredValue(id), cancellationToken);
            var made = keys.Rotate(
                found.Organization, found.Workspace, found.Key.KeyId, TimeSpan.FromHours(parsed.GetValue(grace)),
                Actor.Command, KeyScopes.All);
            await PrintAsync(parsed, made);
            var old = await keys.FindAsync(found.Key.KeyId, cancellationToken);
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                $"{old!.Key.PublicPart()} stays good until {Minute(old.Key.ExpiresAtUtc)}.");
        }));
        return rotate;
    }

    private static Argument<string> KeyId() => new("KEYID")
    {
        Description = "The eight characters behind ua_live_, with or without what stands around them.",
    };

    private static async Task PrintAsync(ParseResult parsed, MadeKey made)
    {
        await parsed.InvocationConfiguration.Output.WriteLineAsync(made.Text);
        await parsed.InvocationConfiguration.Error.WriteLineAsync(
            $"{made.Key.PublicPart()} ({string.Join(", ", KeyScopes.NamesOf(made.Key.Scopes))}) expires on "
            + $"{Minute(made.Key.ExpiresAtUtc)}. It is shown only now.");
    }

    private static string Minute(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static async Task<(Organization Organization, Workspace Workspace)> FindAsync(
        IServiceProvider services, string workspaceId, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<UsageDbContext>();
        var found = await (
            from workspace in db.Workspaces.AsNoTracking()
            where workspace.PublicId == workspaceId
            join organization in db.Organizations.AsNoTracking() on workspace.OrganizationId equals organization.Id
            select new { organization, workspace }).SingleOrDefaultAsync(cancellationToken)
            ?? throw new CommandException($"There is no workspace {workspaceId}.");
        return (found.organization, found.workspace);
    }

    private static async Task<GrantedKey> FindKeyAsync(
        IServiceProvider services, string named, CancellationToken cancellationToken)
    {
        var found = KeyText.NamedKeyId(named) is { } keyId
            ? await services.GetRequiredService<ApiKeys>().FindAsync(keyId, cancellationToken)
            : null;
        return found ?? throw new CommandException("There is no such key. List them with key list --workspace ID.");
    }
}
