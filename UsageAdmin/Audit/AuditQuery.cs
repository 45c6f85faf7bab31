using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports.History;
using UsageAdmin.Organizations;

namespace UsageAdmin.Audit;

/// <summary>Reads the audit log. The caller has checked the right to it.</summary>
public sealed class AuditQuery(
    UsageDatabase database, IDbContextFactory<UsageDbContext> contexts, Pseudonyms pseudonyms, TimeProvider time)
{
    private const int LongestText = 100;
    private const int MostDetails = 40;
    private const int MostFound = 20;

    public async Task<AuditScope> ScopeAsync(Organization organization, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new AuditScope(organization, await db.Workspaces.AsNoTracking()
            .Where(w => w.OrganizationId == organization.Id).OrderBy(w => w.Name).ThenBy(w => w.Id).ToListAsync(cancellationToken));
    }

    /// <param name="seen">What the reader may see beside the log: only that is linked.</param>
    public Task<AuditView> LoadAsync(
        AuditScope scope, AuditFilter filter, SeenExports seen, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                using var session = database.OpenRead();
                var selection = AuditSelection.Resolve(session, scope, filter, pseudonyms, time, out var unknown);
                var organization = scope.Organization;
                var (total, lines) = selection.Page(session, (filter.Page - 1L) * AuditView.PageSize, AuditView.PageSize);
                return new AuditView(
                    organization.PublicId, filter.ToQueryString(), organization.Name, organization.TimeZone,
                    organization.FirstDayOfWeek, scope.Today(time), organization.ExportsEnabled, scope.Identified, selection.Days,
                    selection.Person is { } person ? Names.Cut(person.Label, LongestText) : null, [.. unknown.Keys],
                    [.. scope.Workspaces.Select(w => new AuditPlace(w.PublicId, Names.Cut(w.Name, LongestText)))],
                    [.. lines.Select(line => RowOf(scope, line, seen))],
                    total, organization.ExportNote);
            }, cancellationToken);

    /// <summary>People of the organisation by name, address or id; where user-level data is off by pseudonym alone.</summary>
    public Task<IReadOnlyList<Choice>> PeopleAsync(AuditScope scope, string text, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Choice>>(
            () =>
            {
                var sought = text.Trim();
                using var session = database.OpenRead();
                var row = session.Prepare("SELECT public_id, name, email FROM usage_user WHERE organization_id = ?1")
                    .Bind(1, scope.Organization.Id);
                var found = new List<AuditPerson>();
                while (row.Step())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var person = scope.Identified
                        ? new AuditPerson(row.Text(0)!, row.Text(1), row.Text(2))
                        : new AuditPerson(pseudonyms.Of(scope.Organization, row.Text(0)!), null, null);
                    if (new[] { person.Id, person.Name, person.Email }.Any(
                        t => t?.Contains(sought, StringComparison.OrdinalIgnoreCase) == true))
                    {
                        found.Add(person);
                    }
                }

                return
                [
                    .. found.OrderBy(p => p.Label.StartsWith(sought, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                        .ThenBy(p => p.Label, StringComparer.OrdinalIgnoreCase).ThenBy(p => p.Id, StringComparer.Ordinal)
                        .Take(MostFound).Select(p => new Choice(p.Id, p.Label, p.Name is null ? null : p.Email)),
                ];
            }, cancellationToken);

    private static AuditRow RowOf(AuditScope scope, AuditLine line, SeenExports seen)
    {
        var workspace = scope.WorkspaceOf(line.WorkspaceId);
        return new AuditRow(
            line.No, line.AtUtc, Cut(workspace?.Name), line.Actor, Cut(line.ActorName), line.Action, Cut(line.Target),
            HrefOf(scope, line, workspace, seen), Cut(line.Concerned?.Label), line.Concerned?.Id, Cut(line.RemoteAddress),
            [.. JsonPairs.Of(line.Details).Take(MostDetails).Select(d => new AuditDetail(d.Name, d.Value))]);
    }

    private static string? Cut(string? text) => text is null ? null : Names.Cut(text, LongestText);

    private static string? HrefOf(AuditScope scope, AuditLine line, Workspace? workspace, SeenExports seen) =>
        (line.Action.Split('.')[0], workspace) switch
        {
            ("conversation", { } of) when seen.ActivityOf.Contains(of.Id) && IsSegment(line.Target) =>
                $"/w/{of.PublicId}/activity/{line.Target}",
            ("export", _) when line.Target is { } id && MaySee(line, workspace, seen) =>
                $"/o/{scope.Organization.PublicId}/exports?id={Uri.EscapeDataString(id)}",
            _ => null,
        };

    /// <summary>Whether an id arrives in an address as it is.</summary>
    private static bool IsSegment(string? id) => id?.Trim('.').Length > 0
        && id.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:@".Contains(c, StringComparison.Ordinal));

    private static bool MaySee(AuditLine line, Workspace? workspace, SeenExports seen)
    {
        using var details = JsonDocument.Parse(line.Details);
        return details.RootElement.TryGetProperty("kind", out var kind) && kind.GetString() switch
        {
            "org-analytics" => seen.Analytics,
            "audit" => seen.Audit,
            "activity" => workspace is not null && seen.ActivityOf.Contains(workspace.Id),
            _ => workspace is not null && seen.UsageOf.Contains(workspace.Id),
        };
    }
}
