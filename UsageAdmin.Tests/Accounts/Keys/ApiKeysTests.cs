using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts.Keys;

public sealed class ApiKeysTests : IAsyncLifetime
{
    private static readonly Actor Ada = new("account", null, "ada@acme.example", "192.0.2.7");

    private readonly FakeTime _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private TestDatabase _database = null!;
    private ApiKeys _keys = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _keys = new ApiKeys(
            _database.Database, _database.Contexts, new AuditLog(_database.Database, _time), _time);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void Keys_are_written_as_documented_and_no_two_are_alike()
    {
        var made = Enumerable.Range(0, 50).Select(_ => Create().Text).ToList();

        Assert.All(made, key => Assert.Matches(@"\Aua_live_[a-z0-9]{8}_[A-Za-z0-9_-]{43}\z", key));
        Assert.Equal(50, made.Select(key => key[17..]).Distinct().Count());
        Assert.Equal(50, made.Select(KeyText.KeyIdOf).Distinct().Count());
    }

    [Fact]
    public async Task Nothing_of_the_secret_is_in_the_database()
    {
        TestEngine.SkipUnlessSqlite();
        var made = Create();
        var rotated = _keys.Rotate(
            _database.Organization, _database.Workspace, made.Key.KeyId, ApiKeys.DefaultGrace, Ada, KeyScopes.All);

        // Keeps the database's log there while other tests clear the connections that nobody uses.
        using var session = _database.Database.OpenRead();
        session.Execute("SELECT 1 FROM organization");
        var everything = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(_database.Directory.Root, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            everything.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        var text = everything.ToString();
        Assert.Contains(made.Key.Hash, text, StringComparison.Ordinal);
        foreach (var key in new[] { made.Text, rotated.Text })
        {
            Assert.DoesNotContain(key[17..], text, StringComparison.Ordinal);
            Assert.DoesNotContain(key[17..57], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_expires_after_90_days_unless_stated()
    {
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddDays(90), Create().Key.ExpiresAtUtc);
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddDays(365), Create(days: 365).Key.ExpiresAtUtc);
    }

    [Theory]
    [InlineData("", ApiScopes.UsageExport, 90, "name")]
    [InlineData("   ", ApiScopes.UsageExport, 90, "name")]
    [InlineData("a\nb", ApiScopes.UsageExport, 90, "name")]
    [InlineData("a\u0085b", ApiScopes.UsageExport, 90, "name")]
    [InlineData("Key", ApiScopes.None, 90, "scope")]
    [InlineData("Key", ApiScopes.UsageExport | ApiScopes.ActivityExport, 90, "scope")]
    [InlineData("Key", ApiScopes.UsageExport, 0, "expires")]
    [InlineData("Key", ApiScopes.UsageExport, 366, "expires")]
    public async Task A_key_that_is_asked_for_wrongly_is_not_made(string name, ApiScopes scopes, int days, string field)
    {
        var refused = Assert.Throws<InvalidKeyException>(() => _keys.Create(
            _database.Organization, _database.Workspace, new NewKey(name, scopes) { ExpiresInDays = days }, Ada,
            ApiScopes.UsageExport | ApiScopes.Ingest));

        Assert.Equal(field, refused.Field);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public void Names_have_up_to_100_characters()
    {
        Assert.Equal(100, Create(new string('x', 100)).Key.Name.Length);
        Assert.Throws<InvalidKeyException>(() => Create(new string('x', 101)));
    }

    [Fact]
    public async Task Revoking_ends_a_key_once()
    {
        var made = Create();

        Assert.True(Revoke(made));
        Assert.False(Revoke(made));
        Assert.Equal(KeyState.Revoked, _keys.StateOf(Assert.Single(await ListAsync())));
        Assert.Equal(["key.created", "key.revoked"], (await EventsAsync()).Select(e => e.Action));
    }

    [Fact]
    public async Task A_key_of_another_workspace_cannot_be_revoked_or_rotated()
    {
        var made = Create();
        var other = await _database.AddWorkspaceAsync("acme-other");

        Assert.False(_keys.Revoke(_database.Organization, other, made.Key.KeyId, Ada));
        Assert.Throws<InvalidKeyException>(() => _keys.Rotate(
            _database.Organization, other, made.Key.KeyId, ApiKeys.DefaultGrace, Ada, KeyScopes.All));
        Assert.Equal(KeyState.Active, _keys.StateOf(Assert.Single(await ListAsync())));
    }

    [Fact]
    public async Task A_rotated_key_has_a_successor_and_stays_good_for_its_grace()
    {
        var old = Create("Night job", days: 200);
        _time.Advance(TimeSpan.FromDays(10));

        var made = Rotate(old, TimeSpan.FromHours(24));

        var (newer, older) = await ListAsync() is [var first, var second] ? (first, second) : throw new InvalidOperationException();
        Assert.Equal(("Night job", ApiScopes.UsageExport), (newer.Name, newer.Scopes));
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddDays(200), newer.ExpiresAtUtc);
        Assert.Equal((newer.Id, made.Key.Id), (older.SuccessorId, newer.Id));
        Assert.Equal(_time.GetUtcNow().UtcDateTime.AddHours(24), older.ExpiresAtUtc);
        Assert.Equal((KeyState.Replaced, KeyState.Active), (_keys.StateOf(older), _keys.StateOf(newer)));
        _time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(KeyState.Expired, _keys.StateOf(older));
    }

    [Fact]
    public async Task Grace_does_not_lengthen_a_life()
    {
        var old = Create(days: 1);

        Rotate(old, TimeSpan.FromDays(7));

        Assert.Equal(old.Key.ExpiresAtUtc, (await ListAsync()).Single(k => k.SuccessorId is not null).ExpiresAtUtc);
    }

    [Fact]
    public void What_has_ended_or_has_a_successor_is_not_rotated()
    {
        var (revoked, rotated, expired) = (Create(), Create(), Create(days: 1));
        Revoke(revoked);
        Rotate(rotated, TimeSpan.FromDays(5));
        _time.Advance(TimeSpan.FromDays(1));

        Assert.All([revoked, rotated, expired], key => Assert.Throws<InvalidKeyException>(() => Rotate(key, TimeSpan.Zero)));
    }

    [Fact]
    public void Nobody_gets_a_scope_by_rotating_that_they_may_not_give()
    {
        var made = Create();

        Assert.Equal("scope", Assert.Throws<InvalidKeyException>(() => _keys.Rotate(
            _database.Organization, _database.Workspace, made.Key.KeyId, TimeSpan.Zero, Ada, ApiScopes.Ingest)).Field);
    }

    [Fact]
    public async Task The_audit_log_names_the_key_and_never_holds_it()
    {
        var made = Create("Night job");
        var rotated = Rotate(made, TimeSpan.FromHours(1));
        Revoke(rotated);

        var events = await EventsAsync();
        Assert.Equal(["key.created", "key.rotated", "key.revoked"], events.Select(e => e.Action));
        Assert.Equal(
            [made.Key.PublicPart(), made.Key.PublicPart(), rotated.Key.PublicPart()], events.Select(e => e.Target));
        Assert.All(events, e =>
        {
            Assert.Equal(("ada@acme.example", "192.0.2.7", _database.Workspace.Id), (e.ActorName, e.RemoteAddress, e.WorkspaceId!.Value));
            using var details = JsonDocument.Parse(e.Details);
            Assert.Equal("Night job", details.RootElement.GetProperty("name").GetString());
            Assert.Equal(e.Target, details.RootElement.GetProperty("key").GetString());
            Assert.Equal("USAGE_EXPORT_API", Assert.Single(details.RootElement.GetProperty("scopes").EnumerateArray()).GetString());
            Assert.NotEqual(default, details.RootElement.GetProperty("expiresAt").GetDateTime());
            Assert.DoesNotContain(made.Text[17..57], e.Details, StringComparison.Ordinal);
            Assert.DoesNotContain(rotated.Text[17..57], e.Details, StringComparison.Ordinal);
        });
        using var rotation = JsonDocument.Parse(events[1].Details);
        Assert.Equal(rotated.Key.PublicPart(), rotation.RootElement.GetProperty("successor").GetString());
    }

    private MadeKey Create(string name = "Some key", int days = 90) => _keys.Create(
        _database.Organization, _database.Workspace, new NewKey(name, ApiScopes.UsageExport) { ExpiresInDays = days }, Ada,
        KeyScopes.All);

    private bool Revoke(MadeKey made) =>
        _keys.Revoke(_database.Organization, _database.Workspace, made.Key.KeyId, Ada);

    private MadeKey Rotate(MadeKey made, TimeSpan grace) => _keys.Rotate(
        _database.Organization, _database.Workspace, made.Key.KeyId, grace, Ada, KeyScopes.All);

    private Task<IReadOnlyList<ApiKey>> ListAsync() =>
        _keys.ListAsync(_database.Workspace, TestContext.Current.CancellationToken);

    private async Task<List<AuditEvent>> EventsAsync()
    {
        await using var db = _database.Context();
        return await db.AuditEvents.OrderBy(e => e.No).ToListAsync(TestContext.Current.CancellationToken);
    }
}
