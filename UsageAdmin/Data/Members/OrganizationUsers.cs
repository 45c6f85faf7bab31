namespace UsageAdmin.Data.Members;

/// <summary>The users of an organisation, by id. Never changes.</summary>
internal sealed class OrganizationUsers
{
    public OrganizationUsers(UsageSession session, long organizationId)
    {
        var users = new List<MemberFact>();
        var row = session.Prepare(
            "SELECT id, public_id, name, email, deleted_at, joined_at FROM usage_user WHERE organization_id = ?1")
            .Bind(1, organizationId);
        while (row.Step())
        {
            users.Add(new MemberFact(
                row.Number(0), row.Text(1)!, row.Text(2), row.Text(3), row.NullableNumber(4), row.NullableNumber(5)));
        }

        row.Reset();

        // SQLite would sort the whole rows, which takes longer than reading them.
        users.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        Users = [.. users];
        Indexes = new Indexes([.. Users.Select(u => u.Id)]);
    }

    public MemberFact[] Users { get; }

    public Indexes Indexes { get; }

    /// <summary>About how much memory they take.</summary>
    public long Bytes => Indexes.Bytes + Users.Sum(user => 150L + (2 * (user.PublicId.Length + (user.Name?.Length ?? 0) + (user.Email?.Length ?? 0))));
}

/// <summary>A user of the organisation with the newest known name and address.</summary>
internal sealed record MemberFact(
    long Id, string PublicId, string? Name, string? Email, long? DeletedAt, long? JoinedAt);
