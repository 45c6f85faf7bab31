namespace UsageAdmin.Data.Members;

/// <summary>Sections of some workspaces and who was in them. Never changes.</summary>
internal sealed class WorkspaceSections
{
    public WorkspaceSections(UsageSession session, IReadOnlyList<long> workspaceIds, WorkspaceMembers members)
    {
        Sections = [.. workspaceIds.SelectMany(id => ReadSections(session, id))];
        Indexes = new Indexes([.. Sections.Select(s => s.Id)]);
        Stays = new SectionStays(members.Users.Length, ReadStays(session, workspaceIds, members));
    }

    public SectionFact[] Sections { get; }

    public Indexes Indexes { get; }

    public SectionStays Stays { get; }

    /// <summary>About how much memory they take.</summary>
    public long Bytes => Indexes.Bytes + Stays.Bytes + Sections.Sum(section => 60L + (2 * section.Name.Length));

    private static List<SectionFact> ReadSections(UsageSession session, long workspaceId)
    {
        var sections = new List<SectionFact>();
        var row = session.Prepare("SELECT id, name, public_id FROM section WHERE workspace_id = ?1 ORDER BY id")
            .Bind(1, workspaceId);
        while (row.Step())
        {
            sections.Add(new SectionFact(row.Number(0), row.Text(1) ?? row.Text(2)!));
        }

        return sections;
    }

    private List<(int User, SectionStay Stay)> ReadStays(
        UsageSession session, IReadOnlyList<long> workspaceIds, WorkspaceMembers members)
    {
        var stays = new List<(int User, SectionStay Stay)>();
        for (var workspace = 0; workspace < workspaceIds.Count; workspace++)
        {
            var row = session.Prepare(
                """
                SELECT user_id, section_id, joined_at, left_at FROM membership
                WHERE workspace_id = ?1 AND section_id IS NOT NULL
                """).Bind(1, workspaceIds[workspace]);
            while (row.Step())
            {
                if (members.UserIndexes.Of(row.Number(0)) is >= 0 and var user && Indexes.Of(row.Number(1)) is >= 0 and var section)
                {
                    stays.Add((user, new SectionStay(
                        workspace, section, row.NullableNumber(2) ?? long.MinValue,
                        row.NullableNumber(3) ?? long.MaxValue)));
                }
            }

            row.Reset();
        }

        return stays;
    }
}

internal sealed record SectionFact(long Id, string Name);
