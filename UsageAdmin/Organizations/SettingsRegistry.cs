using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Organizations;

/// <summary>
/// Changes settings. Each change is one event in the audit log, with what the changed settings were before and are after,
/// in the same transaction.
/// </summary>
public sealed class SettingsRegistry(UsageDatabase database, AuditLog audit)
{
    /// <param name="change">Gets the settings as they are now, so that two admins at once do not undo each other.</param>
    /// <exception cref="InvalidOrganizationException">Nothing was changed.</exception>
    public void Change(
        Organization organization, Actor actor, Func<OrganizationSettings, OrganizationSettings> change)
    {
        using var session = database.OpenWrite();
        session.Begin(WriteLock.Settings(organization.Id));
        var before = Read(session, organization);
        var after = change(before);
        OrganizationRegistry.CheckName(after.Name);
        OrganizationRegistry.CheckZone(after.TimeZone);
        CheckNote(after.ExportNote);
        session.Prepare(
            """
            UPDATE organization SET name = ?1, time_zone = ?2, first_day_of_week = ?3, user_level_data = ?4,
            workflows_enabled = ?5, own_model_keys_enabled = ?6, ranks_enabled = ?7, export_note = ?8,
            exports_enabled = ?9 WHERE id = ?10
            """).Bind(1, after.Name).Bind(2, after.TimeZone).Bind(3, (long)after.FirstDayOfWeek)
            .Bind(4, Bit(after.UserLevelData)).Bind(5, Bit(after.Workflows))
            .Bind(6, after.OwnModelKeys is { } keys ? Bit(keys) : default(long?)).Bind(7, Bit(after.Ranks))
            .Bind(8, after.ExportNote).Bind(9, Bit(after.Exports)).Bind(10, organization.Id).Execute();
        Commit(session, new AuditEntry(
            organization.Id, null, actor, "organization.changed", organization.PublicId,
            Details: Changes(Fields(before), Fields(after))));
    }

    /// <inheritdoc cref="Change(Organization, Actor, Func{OrganizationSettings, OrganizationSettings})"/>
    public void Change(
        Organization organization, Workspace workspace, Actor actor, Func<WorkspaceSettings, WorkspaceSettings> change)
    {
        using var session = database.OpenWrite();
        session.Begin(WriteLock.Settings(organization.Id));
        var row = session.Prepare("SELECT name, user_level_data, workflows_enabled FROM workspace WHERE id = ?1")
            .Bind(1, workspace.Id);
        row.Step();
        var before = new WorkspaceSettings(row.Text(0)!, row.Number(1) != 0, row.Number(2) != 0);
        row.Reset();
        var after = change(before);
        OrganizationRegistry.CheckName(after.Name);
        session.Prepare("UPDATE workspace SET name = ?1, user_level_data = ?2, workflows_enabled = ?3 WHERE id = ?4")
            .Bind(1, after.Name).Bind(2, Bit(after.UserLevelData)).Bind(3, Bit(after.Workflows)).Bind(4, workspace.Id)
            .Execute();
        Commit(session, new AuditEntry(
            organization.Id, workspace.Id, actor, "workspace.changed", workspace.PublicId,
            Details: Changes(Fields(before), Fields(after))));
    }

    /// <summary>What has not changed is not an event.</summary>
    private void Commit(UsageSession session, AuditEntry entry)
    {
        if (entry.Details!.Count > 0)
        {
            audit.Append(session, entry);
            session.Commit();
        }
    }

    private static OrganizationSettings Read(UsageSession session, Organization organization)
    {
        var row = session.Prepare(
            """
            SELECT name, time_zone, first_day_of_week, user_level_data, workflows_enabled, own_model_keys_enabled,
            ranks_enabled, export_note, exports_enabled FROM organization WHERE id = ?1
            """).Bind(1, organization.Id);
        row.Step();
        var settings = new OrganizationSettings(
            row.Text(0)!, row.Text(1)!, (DayOfWeek)row.Number(2), row.Number(3) != 0, row.Number(4) != 0,
            row.NullableNumber(5) is { } keys ? keys != 0 : null, row.Number(6) != 0, row.Text(7), row.Number(8) != 0);
        row.Reset();
        return settings;
    }

    private static (string Name, object? Value)[] Fields(OrganizationSettings settings) =>
    [
        ("name", settings.Name), ("timeZone", settings.TimeZone),
        ("firstDayOfWeek", settings.FirstDayOfWeek == DayOfWeek.Monday ? "monday" : "sunday"),
        ("userLevelData", settings.UserLevelData), ("workflows", settings.Workflows),
        ("ownModelKeys", settings.OwnModelKeys), ("ranks", settings.Ranks), ("exportNote", settings.ExportNote),
        ("exports", settings.Exports),
    ];

    private static (string Name, object? Value)[] Fields(WorkspaceSettings settings) =>
        [("name", settings.Name), ("userLevelData", settings.UserLevelData), ("workflows", settings.Workflows)];

    private static Dictionary<string, object?> Changes((string Name, object? Value)[] before, (string Name, object? Value)[] after) =>
        before.Zip(after).Where(pair => !Equals(pair.First.Value, pair.Second.Value)).ToDictionary(
            pair => pair.First.Name,
            object? (pair) => new Dictionary<string, object?> { ["before"] = pair.First.Value, ["after"] = pair.Second.Value });

    private static long Bit(bool value) => value ? 1 : 0;

    private static void CheckNote(string? note)
    {
        if (note is not null && (note.Length > OrganizationSettings.LongestNote
            || note.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))))
        {
            throw new InvalidOrganizationException(
                "note", $"The note must be at most {OrganizationSettings.LongestNote} characters without control characters.");
        }
    }
}
