using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Ingest;

/// <summary>Writes into the organisation's audit log who imported what: counts, no content.</summary>
public sealed class ImportAudit(UsageDatabase database, AuditLog audit)
{
    /// <summary>Before the first record is written, of imports that may take long.</summary>
    public void Started(ImportRequest request, string fileName, Actor actor)
    {
        var (organization, workspace) = Find(request.WorkspacePublicId);
        audit.Append(new AuditEntry(organization, workspace, actor, "import.started", Details: new Dictionary<string, object?>
        {
            ["file"] = fileName,
            ["format"] = request.Format,
            ["content"] = request.Content.ToString().ToLowerInvariant(),
            ["people"] = request.People.ToString().ToLowerInvariant(),
        }));
    }

    /// <summary>How it ended.</summary>
    public void Record(ImportRequest request, ImportReport report, Actor actor)
    {
        var (organization, workspace) = Find(request.WorkspacePublicId);
        audit.Append(new AuditEntry(
            organization, workspace, actor, ActionOf(report),
            FormattableString.Invariant($"{report.ImportId}"), Details: new Dictionary<string, object?>
            {
                ["source"] = report.SourceName,
                ["format"] = request.Format,
                ["content"] = request.Content.ToString().ToLowerInvariant(),
                ["people"] = request.People.ToString().ToLowerInvariant(),
                ["records"] = report.Counts.ToDictionary(c => $"{c.Key}", c => new Dictionary<string, long>
                {
                    ["created"] = c.Value.Created,
                    ["changed"] = c.Value.Changed,
                    ["unchanged"] = c.Value.Unchanged,
                }),
                ["refused"] = report.Refused,
            }));
    }

    public void Undone(Organization organization, Workspace workspace, long importId, UndoReport report, Actor actor) =>
        audit.Append(new AuditEntry(
            organization.Id, workspace.Id, actor, "import.undone", FormattableString.Invariant($"{importId}"),
            Details: new Dictionary<string, object?>
            {
                ["removed"] = report.Removed,
                ["restored"] = report.Restored,
                ["kept"] = report.Kept,
            }));

    private static string ActionOf(ImportReport report) => report.State switch
    {
        ImportState.Cancelled => "import.cancelled",
        _ when report.Failure is not null => "import.failed",
        _ => "import.finished",
    };

    /// <summary>By plain SQL: a command that imports has no other use for EF, which takes most of a second to start.</summary>
    private (long OrganizationId, long WorkspaceId) Find(string workspacePublicId)
    {
        using var session = database.OpenRead();
        var row = session.Prepare("SELECT organization_id, id FROM workspace WHERE public_id = ?1").Bind(1, workspacePublicId);
        return row.Step()
            ? (row.Number(0), row.Number(1))
            : throw new ImportTargetException($"There is no workspace {workspacePublicId}.");
    }
}
