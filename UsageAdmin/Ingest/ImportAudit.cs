using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Ingest;

/// <summary>Writes into the organisation's audit log who imported what: counts, no content.</summary>
public sealed class ImportAudit(IDbContextFactory<UsageDbContext> contexts, AuditLog audit)
{
    /// <summary>Before the first record is written, of imports that may take long.</summary>
    public async Task StartedAsync(ImportRequest request, string fileName, Actor actor, CancellationToken cancellationToken)
    {
        var (organization, workspace) = await FindAsync(request.WorkspacePublicId, cancellationToken);
        audit.Append(new AuditEntry(organization, workspace, actor, "import.started", Details: new Dictionary<string, object?>
        {
            ["file"] = fileName,
            ["format"] = request.Format,
            ["content"] = request.Content.ToString().ToLowerInvariant(),
            ["people"] = request.People.ToString().ToLowerInvariant(),
        }));
    }

    /// <summary>How it ended.</summary>
    public async Task RecordAsync(
        ImportRequest request, ImportReport report, Actor actor, CancellationToken cancellationToken = default)
    {
        var (organization, workspace) = await FindAsync(request.WorkspacePublicId, cancellationToken);
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
            organization, workspace, actor, "import.undone", FormattableString.Invariant($"{importId}"),
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

    private async Task<(Organization Organization, Workspace Workspace)> FindAsync(
        string workspacePublicId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspace = await db.Workspaces.AsNoTracking()
            .SingleAsync(w => w.PublicId == workspacePublicId, cancellationToken);
        return (
            await db.Organizations.AsNoTracking().SingleAsync(o => o.Id == workspace.OrganizationId, cancellationToken),
            workspace);
    }
}
