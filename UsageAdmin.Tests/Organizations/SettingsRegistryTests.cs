using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Organizations;

public sealed class SettingsRegistryTests : IAsyncLifetime
{
    private static readonly Actor Ada = new("account", null, "ada@acme.example", "192.0.2.7");

    private TestDatabase _database = null!;
    private SettingsRegistry _settings = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _settings = new SettingsRegistry(_database.Database, new AuditLog(_database.Database, TimeProvider.System));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_change_is_one_event_with_what_was_and_what_is()
    {
        _settings.Change(_database.Organization, Ada, settings => settings with { Name = "Acme AG", OwnModelKeys = false });

        var changed = Assert.Single(await EventsAsync());
        Assert.Equal(("organization.changed", "acme", "ada@acme.example"), (changed.Action, changed.Target, changed.ActorName));
        using var details = JsonDocument.Parse(changed.Details);
        Assert.Equal(["name", "ownModelKeys"], details.RootElement.EnumerateObject().Select(p => p.Name).Order());
        Assert.Equal("""{"before":"Acme","after":"Acme AG"}""", details.RootElement.GetProperty("name").GetRawText());
        Assert.Equal("""{"before":null,"after":false}""", details.RootElement.GetProperty("ownModelKeys").GetRawText());
    }

    [Fact]
    public async Task Every_setting_of_an_organisation_can_be_changed()
    {
        var all = new OrganizationSettings(
            "New", "UTC", DayOfWeek.Sunday, UserLevelData: false, Workflows: true, OwnModelKeys: true, Ranks: false,
            "Handle with care.\nPlease.", Exports: false);

        _settings.Change(_database.Organization, Ada, _ => all);

        await using var db = _database.Context();
        var organization = await db.Organizations.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(all, OrganizationSettings.Of(organization));
        using var details = JsonDocument.Parse(Assert.Single(await EventsAsync()).Details);
        Assert.Equal(typeof(OrganizationSettings).GetProperties().Length, details.RootElement.EnumerateObject().Count());
    }

    [Fact]
    public async Task Every_setting_of_a_workspace_can_be_changed()
    {
        var all = new WorkspaceSettings("New", UserLevelData: false, Workflows: false);

        _settings.Change(_database.Organization, _database.Workspace, Ada, _ => all);

        await using var db = _database.Context();
        Assert.Equal(all, WorkspaceSettings.Of(await db.Workspaces.SingleAsync(TestContext.Current.CancellationToken)));
        var changed = Assert.Single(await EventsAsync());
        Assert.Equal(("workspace.changed", "acme-main", (long?)_database.Workspace.Id), (changed.Action, changed.Target, changed.WorkspaceId));
    }

    [Fact]
    public async Task What_stays_as_it_is_is_no_event()
    {
        _settings.Change(_database.Organization, Ada, settings => settings);
        _settings.Change(_database.Organization, _database.Workspace, Ada, settings => settings);

        Assert.Empty(await EventsAsync());
    }

    [Fact]
    public async Task A_change_starts_from_the_settings_as_they_are_now()
    {
        _settings.Change(_database.Organization, Ada, settings => settings with { UserLevelData = false });
        _settings.Change(_database.Organization, Ada, settings => settings with { Name = "Later" });

        await using var db = _database.Context();
        var organization = await db.Organizations.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("Later", false), (organization.Name, organization.UserLevelData));
    }

    [Theory]
    [InlineData("", "UTC", null, "name")]
    [InlineData("a\nb", "UTC", null, "name")]
    [InlineData("Acme", "Mars/Base", null, "zone")]
    [InlineData("Acme", "UTC", "a\u0000b", "note")]
    public async Task A_wrong_setting_changes_nothing(string name, string zone, string? note, string field)
    {
        var refused = Assert.Throws<InvalidOrganizationException>(() => _settings.Change(
            _database.Organization, Ada,
            settings => settings with { Name = name, TimeZone = zone, ExportNote = note, Ranks = false }));

        Assert.Equal(field, refused.Field);
        await using var db = _database.Context();
        Assert.True((await db.Organizations.SingleAsync(TestContext.Current.CancellationToken)).RanksEnabled);
        Assert.Empty(await EventsAsync());
    }

    [Fact]
    public void A_note_has_up_to_2000_characters()
    {
        _settings.Change(_database.Organization, Ada, settings => settings with { ExportNote = new string('x', 2000) });

        Assert.Throws<InvalidOrganizationException>(() => _settings.Change(
            _database.Organization, Ada, settings => settings with { ExportNote = new string('x', 2001) }));
    }

    private async Task<List<AuditEvent>> EventsAsync()
    {
        await using var db = _database.Context();
        return await db.AuditEvents.OrderBy(e => e.No).ToListAsync(TestContext.Current.CancellationToken);
    }
}
