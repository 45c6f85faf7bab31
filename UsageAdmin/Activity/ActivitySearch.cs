using UsageAdmin.Data;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// Type-ahead for the filters. Finds the text anywhere in name, address or id, whatever the case; those that start with it
/// come first, then by label. The caller has checked the right to the scope.
/// </summary>
public sealed class ActivitySearch(UsageDatabase database, Pseudonyms pseudonyms)
{
    public const int MaxFound = 20;

    /// <summary>Users of the workspace. In pseudonymous mode by pseudonym alone.</summary>
    public Task<IReadOnlyList<NamedItem>> UsersAsync(
        ActivityScope scope, string text, CancellationToken cancellationToken = default) =>
        FindAsync(
            text,
            """
            SELECT u.public_id, u.name, u.email FROM usage_user u WHERE u.organization_id = ?1
            AND EXISTS (SELECT 1 FROM membership m WHERE m.workspace_id = ?2 AND m.user_id = u.id)
            """,
            row => row.Bind(1, scope.Organization.Id).Bind(2, scope.Workspace.Id),
            row => scope.Identified
                ? new NamedItem(row.Text(0)!, row.Text(1), row.Text(2))
                : new NamedItem(pseudonyms.Of(scope.Organization, row.Text(0)!), null),
            cancellationToken);

    public Task<IReadOnlyList<NamedItem>> AppsAsync(
        ActivityScope scope, string text, CancellationToken cancellationToken = default) =>
        FindAsync(
            text, "SELECT public_id, name FROM app WHERE workspace_id = ?1", row => row.Bind(1, scope.Workspace.Id),
            row => new NamedItem(row.Text(0)!, row.Text(1)), cancellationToken);

    public Task<IReadOnlyList<NamedItem>> SectionsAsync(
        ActivityScope scope, string text, CancellationToken cancellationToken = default) =>
        FindAsync(
            text, "SELECT public_id, name FROM section WHERE workspace_id = ?1", row => row.Bind(1, scope.Workspace.Id),
            row => new NamedItem(row.Text(0)!, row.Text(1)), cancellationToken);

    private Task<IReadOnlyList<NamedItem>> FindAsync(
        string text, string sql, Action<Statement> bind, Func<Statement, NamedItem> read,
        CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<NamedItem>>(
            () =>
            {
                var sought = text.Trim();
                using var session = database.OpenRead();
                var row = session.Prepare(sql);
                bind(row);
                var found = new List<NamedItem>();
                while (row.Step())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var item = read(row);
                    if (Contains(item.Name, sought) || Contains(item.Email, sought) || Contains(item.Id, sought))
                    {
                        found.Add(item);
                    }
                }

                return
                [
                    .. found.OrderBy(i => i.Label.StartsWith(sought, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                        .ThenBy(i => i.Label, StringComparer.OrdinalIgnoreCase).ThenBy(i => i.Id, StringComparer.Ordinal)
                        .Take(MaxFound),
                ];
            },
            cancellationToken);

    private static bool Contains(string? text, string sought) =>
        text?.Contains(sought, StringComparison.OrdinalIgnoreCase) == true;
}
