using System.Globalization;
using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data.Members;

public sealed class MemberCacheTests : IngestTest
{
    private const string Ann = """{"type":"user","id":"u1","name":"Ann","email":"ann@example.com","role":"editor"}""";
    private const string Berlin = """{"type":"section","id":"s1","name":"Berlin"}""";
    private const string InBerlin = """{"type":"membership","user_id":"u1","section_id":"s1","joined_at":"2025-03-02"}""";

    private readonly MemberCache _cache = new(TimeProvider.System);

    [Fact]
    public async Task What_nothing_has_changed_is_read_once()
    {
        await ImportAsync(Ann, Berlin, InBerlin);
        var (first, firstSections) = Read();

        await ImportAsync(Ann, Berlin, InBerlin, Conversation("c1", "u1"));
        var (second, secondSections) = Read();

        Assert.Same(first.Users, second.Users);
        Assert.Same(first.Stays, second.Stays);
        Assert.Same(firstSections, secondSections);
        Assert.Equal([long.MinValue], first.FirstDays);
        Assert.Equal([Day("2026-01-05")], second.FirstDays);
    }

    /// <summary>After each of them the cache holds what the database does, and only what changed is read again.</summary>
    [Fact]
    public async Task Every_change_shows_at_once()
    {
        string[][] imports =
        [
            [Ann, Berlin, InBerlin],
            [Conversation("c1", "u1")],
            [Conversation("c2", "somebody new")],
            ["""{"type":"user","id":"u1","name":"Ann Lee","valid_from":"2026-02-01T00:00:00Z"}"""],
            ["""{"type":"user","id":"u1","name":"Ann Ray","valid_from":"2024-02-01T00:00:00Z"}"""],
            ["""{"type":"user","id":"u1","role":"admin"}"""],
            ["""{"type":"user","id":"u1","joined_at":"2025-03-01"}"""],
            ["""{"type":"membership","user_id":"u1","section_id":"s1","joined_at":"2025-03-02","left_at":"2025-05-02"}"""],
            ["""{"type":"membership","user_id":"u1","joined_at":"2025-03-02","left_at":"2026-01-02"}"""],
            ["""{"type":"section","id":"s1","name":"Bonn"}"""],
            ["""{"type":"tombstone","entity":"user","id":"u1","deleted_at":"2026-01-20T00:00:00Z"}"""],
        ];
        var made = new List<long>();
        Shown();
        foreach (var lines in imports)
        {
            var (stored, version) = (Stored(), Version());
            made.Add((await ImportAsync(lines)).ImportId);

            Assert.Equal(stored.SequenceEqual(Stored()), version == Version());
            Assert.Equal(Shown(new MemberCache(TimeProvider.System)), Shown());
        }

        made.Reverse();
        foreach (var import in made)
        {
            await Undo().RunAsync(Database.Workspace.Id, import, Cancellation);

            Assert.Equal(Shown(new MemberCache(TimeProvider.System)), Shown());
        }

        Assert.Empty(Read().Members.Users);
    }

    [Fact]
    public async Task An_import_into_another_workspace_of_the_organisation_shows_too()
    {
        var other = await Database.AddWorkspaceAsync("acme-other");
        await ImportAsync(Ann);
        Assert.Equal(["Ann"], Read().Members.Users.Select(u => u.Name));

        await Service().RunAsync(Renamed(other.PublicId), Cancellation);

        Assert.Equal(["Ann Lee"], Read().Members.Users.Select(u => u.Name));
    }

    [Fact]
    public async Task A_look_at_a_file_changes_nothing()
    {
        await ImportAsync(Ann);
        var kept = Read().Members.Users;

        await Service().PreviewAsync(Renamed(TestDatabase.WorkspacePublicId), progress: null, Cancellation);

        Assert.Same(kept, Read().Members.Users);
    }

    [Fact]
    public async Task A_snapshot_from_before_sees_what_was()
    {
        await ImportAsync(Ann);
        using var before = Database.Database.OpenRead();
        before.Prepare("SELECT 1 FROM workspace").FirstNumber();
        await Service().RunAsync(Renamed(TestDatabase.WorkspacePublicId), Cancellation);
        Assert.Equal(["Ann Lee"], Read().Members.Users.Select(u => u.Name));

        Assert.Equal(["Ann"], Read(before).Members.Users.Select(u => u.Name));

        Assert.Equal(["Ann Lee"], Read().Members.Users.Select(u => u.Name));
    }

    private ImportRequest Renamed(string workspace) => new(
        Database.Write("renamed.ndjson", Encoding.UTF8.GetBytes(
            $"{Header}\n{Ann.Replace("\"Ann\"", "\"Ann Lee\"", StringComparison.Ordinal)}")),
        "ndjson", workspace);

    private (WorkspaceMembers Members, WorkspaceSections Sections) Read(UsageSession? on = null, MemberCache? cache = null)
    {
        using var session = on is null ? Database.Database.OpenRead() : null;
        using var beside = on is null ? Database.Database.OpenBeside(session!) : null;
        var members = (cache ?? _cache).Read((on ?? session)!, beside, Database.Organization.Id, [Database.Workspace.Id]);
        return (members, (cache ?? _cache).ReadSections(
            (on ?? session)!, Database.Organization.Id, [Database.Workspace.Id], members));
    }

    /// <summary>All that is kept, as text.</summary>
    private string[] Shown(MemberCache? cache = null)
    {
        var (members, sections) = Read(cache: cache);
        return
        [
            .. members.Users.SelectMany((user, place) => (string[])
            [
                $"{user}",
                .. new[] { "2024-06-01", "2025-06-01", "2026-01-15", "2026-06-01" }.Select(Day).Select(end =>
                    $"{members.NameOf(user, end)} {members.EmailOf(user, end)} {members.RoleOf(place, end)} {members.IsMemberAt(place, end)}"),
                .. members.Stays[place].Select(stay => $"{stay}"),
                .. sections.Stays.Of(place).ToArray().Select(stay => $"{stay}"),
            ]),
            .. sections.Sections.Select(section => $"{section}"),
        ];
    }

    private string[] Stored() =>
    [
        .. new[] { "usage_user", "section", "membership", "attribute_value" }
            .SelectMany(table => Rows($"SELECT * FROM {table}").Order(StringComparer.Ordinal)),
    ];

    private string Version() => Assert.Single(Rows("SELECT people_version FROM workspace"));

    private static string Conversation(string id, string user) =>
        $$"""{"type":"conversation","id":"{{id}}","user_id":"{{user}}","created_at":"2026-01-05T10:00:00Z"}""";

    private static long Day(string date) => UnixMilliseconds.From(
        DateOnly.Parse(date, CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
}
