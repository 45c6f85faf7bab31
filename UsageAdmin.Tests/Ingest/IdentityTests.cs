using System.Text;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

public sealed class IdentityTests : IngestTest
{
    private const string OtherSource = """{"type":"header","format":"usageadmin-ndjson","version":1,"source":"other"}""";

    [Fact]
    public async Task People_join_over_sources_by_their_address()
    {
        await ImportAsync("""{"type":"user","id":"u1","email":"Ann@X.example"}""");
        await ImportLinesAsync(OtherSource, """{"type":"user","id":"77","email":"ann@x.EXAMPLE"}""");

        Assert.Equal(["u1|ann@x.example"], Rows("SELECT public_id, normalized_email FROM usage_user"));
        Assert.Single(Rows("SELECT 1 FROM membership"));
    }

    [Fact]
    public async Task People_join_over_workspaces_by_the_instance_they_come_from()
    {
        await Database.AddWorkspaceAsync("acme-lab");
        await ImportAsync("""{"type":"user","id":"u1"}""");
        await ImportFileAsync(Encoding.UTF8.GetBytes($"{Header}\n{{\"type\":\"user\",\"id\":\"u1\"}}"), new ImportRequest("", "ndjson", "acme-lab"));

        Assert.Equal(["u1"], Rows("SELECT public_id FROM usage_user"));
        Assert.Equal(2, Rows("SELECT 1 FROM membership").Length);
    }

    [Fact]
    public async Task The_same_id_of_another_source_is_shown_with_a_number_behind_it()
    {
        string[] lines =
        [
            """{"type":"user","id":"u1"}""", """{"type":"app","id":"a1"}""", """{"type":"model","id":"gpt"}""",
            """{"type":"conversation","id":"c1","user_id":"u1","model":"gpt","created_at":"2026-01-05T10:00:00Z"}""",
        ];
        await ImportAsync(lines);
        await ImportLinesAsync([OtherSource, .. lines]);

        Assert.Equal(["u1", "u1~2"], Rows("SELECT public_id FROM usage_user ORDER BY id"));
        Assert.Equal(["a1", "a1~2"], Rows("SELECT public_id FROM app ORDER BY id"));
        Assert.Equal(["gpt"], Rows("SELECT public_id FROM model ORDER BY id"));
        Assert.Equal(["c1||1", "c1|c1~2|2"], Rows("SELECT external_id, public_id, no FROM conversation ORDER BY no"));

        await ImportAsync("""{"type":"conversation","id":"c1~2","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""");
        Assert.Equal(["c1~2|c1~2~2"], Rows("SELECT external_id, public_id FROM conversation WHERE no = 3"));
    }

    [Fact]
    public async Task A_conversation_without_user_belongs_to_the_sources_unknown()
    {
        const string Line = """{"type":"conversation","id":"c1","created_at":"2026-01-05T10:00:00Z"}""";
        await ImportAsync(Line);
        await ImportLinesAsync(OtherSource, Line);

        Assert.Equal(["unknown|1", "unknown~2|1"], Rows("SELECT u.public_id, u.is_stub FROM conversation c JOIN usage_user u ON u.id = c.user_id ORDER BY no"));
        Assert.Equal(2, Rows("SELECT 1 FROM membership").Length);
    }

    [Fact]
    public async Task A_conversation_without_user_belongs_to_whom_the_import_names()
    {
        const string Line = """{"type":"conversation","id":"c1","created_at":"2026-01-05T10:00:00Z"}""";
        await ImportAsync(Line);
        for (var i = 0; i < 2; i++)
        {
            await ImportFileAsync(Encoding.UTF8.GetBytes($"{Header}\n{Line}"),
                new ImportRequest("", "ndjson", "acme-main") { DefaultUserEmail = "Ann@X.example" });
        }

        Assert.Equal(["ann@x.example|Ann@X.example"], Rows("SELECT u.public_id, u.email FROM conversation c JOIN usage_user u ON u.id = c.user_id"));
    }

    [Fact]
    public async Task What_others_name_becomes_a_stub_until_its_record_comes()
    {
        var report = await ImportAsync(
            """{"type":"conversation","id":"c1","user_id":"u1","app_id":"a1","project_id":"p1","section_id":"s1","model":"gpt","created_at":"2026-01-05T10:00:00Z"}""");
        Assert.Equal(["app a1", "model gpt", "project p1", "section s1", "user u1"], report.Stubs.Order(StringComparer.Ordinal));

        await ImportAsync("""{"type":"app","id":"a1","name":"Helper"}""");
        Assert.Equal(["Helper|0"], Rows("SELECT name, is_stub FROM app"));
        Assert.Equal(["1"], Rows("SELECT is_stub FROM project"));
    }

    [Fact]
    public async Task Rights_never_come_from_a_file()
    {
        await ImportAsync("""{"type":"user","id":"u1","email":"a@x.example","role":"admin"}""", """{"type":"membership","user_id":"u1","role":"admin"}""");

        Assert.Empty(Rows("SELECT 1 FROM account_grant"));
    }

    [Fact]
    public async Task A_number_given_to_a_conversation_never_changes()
    {
        await ImportAsync("""{"type":"conversation","id":"c1","created_at":"2026-01-05T10:00:00Z"}""", """{"type":"conversation","id":"c2","created_at":"2026-01-04T10:00:00Z"}""");
        await ImportAsync("""{"type":"conversation","id":"c1","created_at":"2025-01-01T10:00:00Z"}""", """{"type":"conversation","id":"c3","created_at":"2025-01-01T10:00:00Z"}""");

        Assert.Equal(["c1|1", "c2|2", "c3|3"], Rows("SELECT external_id, no FROM conversation ORDER BY no"));
        Assert.Equal(["4"], Rows("SELECT next_conversation_no FROM workspace"));
    }
}
