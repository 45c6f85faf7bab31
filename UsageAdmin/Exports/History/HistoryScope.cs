using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports.History;

/// <summary>Whose history is looked at, and what of it the reader has the right to.</summary>
/// <param name="Workspace">Null: the organisation's, with those of its workspaces.</param>
public sealed record HistoryScope(Organization Organization, Workspace? Workspace, SeenExports Seen)
{
    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    /// <summary>The kinds that there can be.</summary>
    public IReadOnlyList<string> Kinds => [.. HistoryFilter.Kinds.Where(CanHold)];

    private bool CanHold(string kind) => kind switch
    {
        "org-analytics" => Workspace is null && Seen.Analytics,
        "audit" => Workspace is null && Seen.Audit,
        "activity" => Workspace is { } one ? Seen.ActivityOf.Contains(one.Id) : Seen.ActivityOf.Count > 0,
        _ => Workspace is { } one ? Seen.UsageOf.Contains(one.Id) : Seen.UsageOf.Count > 0,
    };
}
