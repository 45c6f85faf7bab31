using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.Members;

/// <summary>Stays in some workspaces. Never changes.</summary>
internal sealed class WorkspaceStays
{
    public WorkspaceStays(UsageSession session, OrganizationUsers users, IReadOnlyList<long> workspaceIds)
    {
        ByUser = new Stay[users.Users.Length][];
        Array.Fill(ByUser, []);
        for (var workspace = 0; workspace < workspaceIds.Count; workspace++)
        {
            var row = session.Prepare(
                """
                SELECT user_id, id, joined_at, left_at, role FROM membership
                WHERE workspace_id = ?1 AND section_id IS NULL
                """).Bind(1, workspaceIds[workspace]);
            while (row.Step())
            {
                if (users.Indexes.Of(row.Number(0)) is >= 0 and var place)
                {
                    // Whom the source deleted has left; a stay without a start has that of the person's own record.
                    var user = users.Users[place];
                    var left = row.NullableNumber(3) ?? user.DeletedAt;
                    var joined = row.NullableNumber(2) ?? (user.JoinedAt >= left ? null : user.JoinedAt);
                    ByUser[place] = [.. ByUser[place], new Stay(row.Number(1), workspace, joined, left, (MemberRole)row.Number(4))];
                }
            }

            row.Reset();
        }

        foreach (var several in ByUser.Where(s => s.Length > 1))
        {
            Array.Sort(several, static (a, b) => (a.JoinedAt ?? long.MinValue, a.Id).CompareTo((b.JoinedAt ?? long.MinValue, b.Id)));
        }
    }

    /// <summary>By the user's place, in order of their start.</summary>
    public Stay[][] ByUser { get; }

    /// <summary>About how much memory they take.</summary>
    public long Bytes => ByUser.Sum(stays => 32L + (72 * stays.Length));
}

/// <param name="Workspace">Its place.</param>
/// <param name="JoinedAt">Null: from before the first data.</param>
/// <param name="LeftAt">The first millisecond outside; null while it lasts.</param>
internal sealed record Stay(long Id, int Workspace, long? JoinedAt, long? LeftAt, MemberRole Role);
