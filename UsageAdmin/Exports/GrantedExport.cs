using System.Text.Json;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports;

/// <summary>A row of the history, and what it is of.</summary>
/// <param name="Workspace">Null: of the whole organisation.</param>
internal record FoundExport(Export Export, Organization Organization, Workspace? Workspace);

/// <param name="StrictWorkspaces">Public ids of the organisation's workspaces that have user-level data off now.</param>
internal sealed record GrantedExport(
    Export Export, Organization Organization, Workspace? Workspace, IReadOnlyList<string> StrictWorkspaces)
    : FoundExport(Export, Organization, Workspace)
{
    /// <summary>Whether the file may still be had.</summary>
    public bool HasFile(TimeProvider time) => IsKept(time) && !ShowsWhoMustBeHidden();

    /// <summary>Whether there is a file, be it that nobody may have it now.</summary>
    public bool IsKept(TimeProvider time) =>
        Export is { State: ExportState.Finished, FileName: not null, ExpiresAtUtc: { } expires }
        && expires > time.GetUtcNow().UtcDateTime;

    /// <summary>Whether it names people and user-level data is off now. Its file is kept: the switch may be turned on again.</summary>
    public bool ShowsWhoMustBeHidden()
    {
        // The one kind that has no people in it.
        if (Export.Kind == "models")
        {
            return false;
        }

        using var parameters = JsonDocument.Parse(Export.Parameters);
        var root = parameters.RootElement;
        if (root.TryGetProperty("privacy", out var privacy) && privacy.ValueKind == JsonValueKind.String
            && privacy.GetString() == "pseudonymous")
        {
            return false;
        }

        if (!Organization.UserLevelData || Workspace is { UserLevelData: false })
        {
            return true;
        }

        // Of the whole organisation: all workspaces, or those that it was narrowed to.
        var chosen = root.TryGetProperty("workspaces", out var ids) && ids.ValueKind == JsonValueKind.Array
            ? ids.EnumerateArray().Select(id => id.GetString()).ToList()
            : [];
        return Workspace is null && StrictWorkspaces.Any(id => chosen.Count == 0 || chosen.Contains(id));
    }
}
