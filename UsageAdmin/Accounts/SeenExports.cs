namespace UsageAdmin.Accounts;

/// <summary>Kinds of exports of an organisation whose history somebody may see.</summary>
/// <param name="Analytics">Those of Org Analytics.</param>
/// <param name="Audit">Those of the audit log.</param>
/// <param name="ActivityOf">Keys of the workspaces whose Activity exports.</param>
/// <param name="UsageOf">Keys of the workspaces whose usage exports.</param>
public sealed record SeenExports(
    bool Analytics, bool Audit, IReadOnlyList<long> ActivityOf, IReadOnlyList<long> UsageOf);
