using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Organizations;

namespace UsageAdmin.Ingest;

/// <summary>Writes into the organisation's audit log who imported what: counts, no content.</summary>
public sealed class ImportAudit(IDbContextFactory<UsageDbContext> contexts, AuditLog audit)
{
    public async Task RecordAsync(
        ImportRequest request, ImportReport report, Actor actor, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspace = await db.Workspaces.AsNoTracking()
            .SingleAsync(w => w.PublicId == request.WorkspacePublicId, cancellationToken);
        var organization = await db.Organizations.AsNoTracking()
            .SingleAsync(o => o.Id == workspace.OrganizationId, cancellationToken);
        audit.Append(new AuditEntry(
            organization, workspace, actor, report.Failure is null ? "import.finished" : "import.failed",
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
}
