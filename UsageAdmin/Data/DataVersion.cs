namespace UsageAdmin.Data;

/// <summary>How often an organisation's data was written, as a session's snapshot has it.</summary>
internal static class DataVersion
{
    /// <summary>Of everything that imports write, and undoing them.</summary>
    public static long OfAll(UsageSession session, long organizationId) => Sum(session, "data_version", organizationId);

    /// <summary>Of people, sections, stays and earlier values alone.</summary>
    public static long OfPeople(UsageSession session, long organizationId) => Sum(session, "people_version", organizationId);

    // Versions of a workspace only rise, and one transaction at a time writes in an organisation.
    private static long Sum(UsageSession session, string column, long organizationId) => session.Prepare(
            $"SELECT CAST(coalesce(sum({column}), 0) AS bigint) FROM workspace WHERE organization_id = ?1")
        .Bind(1, organizationId).FirstNumber()!.Value;
}
