using System.Text;
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
            text, "SELECT public_id, name, email, id FROM usage_user WHERE organization_id = ?1", scope.Organization.Id,
            (row, sought) => scope.Identified
                ? Read(row, sought, hasEmail: true)
                : Matching(new NamedItem(pseudonyms.Of(scope.Organization, row.Text(0)!), null), sought),
            (session, row) => session.Prepare("SELECT 1 FROM membership WHERE workspace_id = ?1 AND user_id = ?2 LIMIT 1")
                .Bind(1, scope.Workspace.Id).Bind(2, row.Number(3)).FirstNumber() is not null,
            cancellationToken);

    public Task<IReadOnlyList<NamedItem>> AppsAsync(
        ActivityScope scope, string text, CancellationToken cancellationToken = default) =>
        FindHereAsync(scope, text, "SELECT public_id, name FROM app WHERE workspace_id = ?1", cancellationToken);

    public Task<IReadOnlyList<NamedItem>> SectionsAsync(
        ActivityScope scope, string text, CancellationToken cancellationToken = default) =>
        FindHereAsync(scope, text, "SELECT public_id, name FROM section WHERE workspace_id = ?1", cancellationToken);

    private Task<IReadOnlyList<NamedItem>> FindHereAsync(
        ActivityScope scope, string text, string sql, CancellationToken cancellationToken) =>
        FindAsync(
            text, sql, scope.Workspace.Id, (row, sought) => Read(row, sought, hasEmail: false), (_, _) => true,
            cancellationToken);

    /// <param name="read">The row as an item; null: the text is not in it.</param>
    /// <param name="isHere">Asked for the few that would be shown.</param>
    private Task<IReadOnlyList<NamedItem>> FindAsync(
        string text, string sql, long owner, Func<Statement, Sought, NamedItem?> read, Func<UsageSession, Statement, bool> isHere,
        CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<NamedItem>>(
            () =>
            {
                var sought = new Sought(text.Trim());
                using var session = database.OpenRead();
                var row = session.Prepare(sql).Bind(1, owner);
                var found = new List<NamedItem>(MaxFound + 1);
                while (row.Step())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (read(row, sought) is { } item
                        && (found.Count < MaxFound || sought.Compare(item, found[^1]) < 0) && isHere(session, row))
                    {
                        var place = found.BinarySearch(item, sought);
                        found.Insert(place < 0 ? ~place : place, item);
                        if (found.Count > MaxFound)
                        {
                            found.RemoveAt(MaxFound);
                        }
                    }
                }

                return found;
            },
            cancellationToken);

    private static NamedItem? Read(Statement row, Sought sought, bool hasEmail)
    {
        if (sought.CannotBeIn(row.Utf8(0)) && sought.CannotBeIn(row.Utf8(1)) && (!hasEmail || sought.CannotBeIn(row.Utf8(2))))
        {
            return null;
        }

        return Matching(new NamedItem(row.Text(0)!, row.Text(1), hasEmail ? row.Text(2) : null), sought);
    }

    private static NamedItem? Matching(NamedItem item, Sought sought) =>
        sought.IsIn(item.Name) || sought.IsIn(item.Email) || sought.IsIn(item.Id) ? item : null;

    /// <summary>What somebody typed. Compares what was found: what starts with it comes first.</summary>
    private sealed class Sought(string text) : IComparer<NamedItem>
    {
        private readonly byte[]? _lower = Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text.ToLowerInvariant()) : null;
        private byte[] _buffer = new byte[256];

        public bool IsIn(string? value) => value?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;

        /// <summary>Finds out fast for most rows, without a string.</summary>
        public bool CannotBeIn(ReadOnlySpan<byte> utf8)
        {
            if (_lower is null || !Ascii.IsValid(utf8))
            {
                return false;
            }

            if (_buffer.Length < utf8.Length)
            {
                _buffer = new byte[utf8.Length];
            }

            Ascii.ToLower(utf8, _buffer, out var length);
            return _buffer.AsSpan(0, length).IndexOf(_lower) < 0;
        }

        public int Compare(NamedItem? x, NamedItem? y)
        {
            var order = StartsWith(y!).CompareTo(StartsWith(x!));
            order = order == 0 ? StringComparer.OrdinalIgnoreCase.Compare(x!.Label, y!.Label) : order;
            return order == 0 ? StringComparer.Ordinal.Compare(x!.Id, y!.Id) : order;
        }

        private bool StartsWith(NamedItem item) => item.Label.StartsWith(text, StringComparison.OrdinalIgnoreCase);
    }
}
