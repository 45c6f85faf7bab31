using System.IO.Compression;
using System.Text;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

public sealed class NdjsonReaderTests : IngestTest
{
    private const string Conversation = """{"type":"conversation","id":"c1","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}""";

    private static readonly string TooLong = new('x', (8 << 20) + 1);

    [Theory]
    [InlineData("not json", "invalid-json", null)]
    [InlineData("""{"type":"user","id":"u1"} and more""", "invalid-json", null)]
    [InlineData("""["type","user"]""", "invalid-json", null)]
    [InlineData("""{"id":"u1"}""", "missing-field", "type")]
    [InlineData("""{"type":"user"}""", "missing-field", "id")]
    [InlineData("""{"type":"user","id":""}""", "invalid-value", "id")]
    [InlineData("""{"type":"user","id":7}""", "invalid-value", "id")]
    [InlineData("""{"type":"user","id":"u1","role":"owner"}""", "invalid-value", "role")]
    [InlineData("""{"type":"user","id":"u1","joined_at":"5 January"}""", "invalid-value", "joined_at")]
    [InlineData("""{"type":"membership","role":"editor"}""", "missing-field", "user_id")]
    [InlineData("""{"type":"conversation","id":"c1","created_at":"2026-01-05"}""", "invalid-value", "created_at")]
    [InlineData("""{"type":"conversation","id":"c1","created_at":"2026-01-05T10:00:00"}""", "invalid-value", "created_at")]
    [InlineData("""{"type":"conversation","id":"c1","created_at":"0001-01-01T00:00:00Z"}""", "invalid-value", "created_at")]
    [InlineData("""{"type":"conversation","id":"c1","created_at":1767607200}""", "invalid-value", "created_at")]
    [InlineData("""{"type":"conversation","id":"c1","temperature":1e999}""", "invalid-value", "temperature")]
    [InlineData("""{"type":"message","id":"m1","source":"user"}""", "missing-field", "conversation_id")]
    [InlineData("""{"type":"message","id":"m9","conversation_id":"c1","content":"x"}""", "missing-field", "source")]
    [InlineData("""{"type":"message","id":"m1","conversation_id":"c1","source":"assistant"}""", "invalid-value", "source")]
    [InlineData("""{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":{"a":1}}""", "invalid-value", "content")]
    [InlineData("""{"type":"message","id":"m1","conversation_id":"c1","source":"user","usage":{"input":-1}}""", "invalid-value", "input")]
    [InlineData("""{"type":"feedback","id":"f1","conversation_id":"c1"}""", "missing-field", "message_id")]
    [InlineData("""{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m1","flags":["rude"]}""", "invalid-value", "flags")]
    [InlineData("""{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m1","rating":5}""", "invalid-value", "rating")]
    [InlineData("""{"type":"moderation","id":"d1","conversation_id":"c1","message_id":"m1","action":"deleted"}""", "invalid-value", "action")]
    [InlineData("""{"type":"action","id":"a1","conversation_id":"c1"}""", "missing-field", "name")]
    [InlineData("""{"type":"workflow_run","id":"r1","workflow_id":"w1"}""", "missing-field", "started_at")]
    [InlineData("""{"type":"workflow_run","id":"r1","workflow_id":"w1","started_at":"2026-01-05T10:00:00Z","status":"done"}""", "invalid-value", "status")]
    [InlineData("""{"type":"usage_event","id":"e1"}""", "missing-field", "created_at")]
    [InlineData("""{"type":"usage_fact","subject":"user"}""", "not-accepted", "type")]
    [InlineData("""{"type":"header","format":"usageadmin-ndjson","version":1}""", "not-accepted", "type")]
    [InlineData("""{"type":"tombstone","entity":"planet","id":"x"}""", "invalid-value", "entity")]
    public async Task A_bad_line_is_refused_with_its_number_code_and_field(string line, string code, string? field)
    {
        var report = await ImportAsync(Conversation, line, """{"type":"project","id":"p1","name":"After"}""");

        var problem = Assert.Single(report.Problems);
        Assert.Equal((true, 3L, code, field), (problem.Refused, problem.Line, problem.Code, problem.Field));
        Assert.Equal(["After"], Rows("SELECT name FROM project"));
        Assert.Equal([$"3|1|{code}|{field}"], Rows("SELECT line, refused, code, field FROM import_problem"));
    }

    [Fact]
    public async Task An_id_of_more_than_200_bytes_is_refused()
    {
        var report = await ImportAsync(
            $$"""{"type":"project","id":"{{new string('a', 200)}}"}""", $$"""{"type":"project","id":"{{new string('ä', 101)}}"}""");

        Assert.Equal(["3 id-too-long id"], report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Single(Rows("SELECT 1 FROM project"));
    }

    [Fact]
    public async Task A_line_over_the_limit_is_refused_and_the_rest_goes_on()
    {
        var report = await ImportAsync(TooLong, """{"type":"project","id":"p1"}""", TooLong);

        Assert.Equal(["2 line-too-long", "4 line-too-long"], report.Problems.Select(p => $"{p.Line} {p.Code}"));
        Assert.Single(Rows("SELECT 1 FROM project"));
    }

    [Fact]
    public async Task Records_of_another_workspace_than_the_files_first_are_refused()
    {
        var report = await ImportAsync(
            """{"type":"project","id":"p1","workspace_id":"theirs"}""", """{"type":"project","id":"p2","workspace_id":"acme-main"}""",
            """{"type":"project","id":"p3"}""", """{"type":"project","id":"p4","workspace_id":"elsewhere"}""");

        Assert.Equal(["5 foreign-workspace workspace_id"], report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Equal(["p1", "p2", "p3"], Rows("SELECT public_id FROM project ORDER BY id"));
    }

    [Fact]
    public async Task A_file_never_creates_or_renames_organizations_and_workspaces()
    {
        var report = await ImportAsync(
            """{"type":"organization","id":"acme","name":"Evil"}""", """{"type":"workspace","id":"acme-main","name":"Evil"}""",
            """{"type":"workspace","id":"other","organization_id":"acme","name":"Evil"}""");

        Assert.Equal(0, report.Refused);
        Assert.Equal(["acme|Acme"], Rows("SELECT public_id, name FROM organization"));
        Assert.Equal(["acme-main|acme-main"], Rows("SELECT public_id, name FROM workspace"));
    }

    [Fact]
    public async Task Content_is_refused_in_a_file_that_says_it_has_none()
    {
        var report = await ImportLinesAsync(
            """{"type":"header","format":"usageadmin-ndjson","version":1,"content":"none"}""", Conversation,
            """{"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"secret"}""",
            """{"type":"message","id":"m2","conversation_id":"c1","source":"user","content":null}""",
            """{"type":"message","id":"m3","conversation_id":"c1","source":"user"}""");

        Assert.Equal(["3 content-not-allowed content"], report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Equal(["m2|", "m3|"], Rows("SELECT external_id, content FROM message ORDER BY seq"));
    }

    [Fact]
    public async Task Unknown_types_and_fields_are_remarked_on_once_and_passed_over()
    {
        var report = await ImportAsync(
            """{"type":"planet","id":"x"}""", """{"type":"planet","id":"y"}""",
            """{"type":"project","id":"p1","colour":{"r":1}}""", """{"type":"project","id":"p2","colour":"red"}""");

        Assert.Equal(["2 unknown-type type", "4 unknown-field colour"], report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Equal((0, 2), (report.Refused, report.Warnings));
        Assert.Equal(["p1", "p2"], Rows("SELECT public_id FROM project ORDER BY id"));
    }

    [Fact]
    public async Task Characters_that_no_text_may_have_become_replacement_characters()
    {
        var report = await ImportFileAsync([
            .. Encoding.UTF8.GetBytes($$"""
                {{Header}}
                {{Conversation}}
                {"type":"message","id":"m1","conversation_id":"c1","source":"user","content":"nul \u0000 lone \ud800 pair \ud83d\ude00 tab \t"}
                {"type":"message","id":"m2","conversation_id":"c1","source":"user","content":"broken
                """),
            0xff, 0xc3, .. "\"}\n"u8]);

        Assert.Equal(["3 replaced-character content", "4 replaced-character content"],
            report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Equal(["nul \uFFFD lone \uFFFD pair 😀 tab \t", "broken\uFFFD\uFFFD"], Rows("SELECT content FROM message ORDER BY seq"));
    }

    [Fact]
    public async Task Hostile_texts_come_in_as_they_are()
    {
        var name = "=HYPERLINK(\"http://x\") <script>alert(1)</script> \u202Eevil \u0007" + new string('長', 10_000);
        await ImportAsync($$"""{"type":"user","id":"../../etc'; DROP TABLE message;--","name":{{System.Text.Json.JsonSerializer.Serialize(name)}}}""");

        Assert.Equal([$"../../etc'; DROP TABLE message;--|{name}"], Rows("SELECT public_id, name FROM usage_user"));
    }

    [Fact]
    public async Task The_type_may_stand_anywhere_and_times_in_any_zone()
    {
        await ImportAsync(
            """{"created_at":"2026-01-05T11:30:00.9999+01:30","id":"c1","user_id":"u1","type":"conversation"}""",
            """{"conversation_id":"c1","id":"m1","created_at_ms":1767607200123,"source":"user","type":"message"}""");

        Assert.Equal(["1767607200999"], Rows("SELECT created_at FROM conversation"));
        Assert.Equal(["1767607200123"], Rows("SELECT created_at FROM message"));
    }

    [Fact]
    public async Task A_byte_order_mark_windows_line_ends_blank_lines_and_a_missing_last_line_end_are_read()
    {
        var report = await ImportFileAsync(
            [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"{Header}\r\n\r\n{{\"type\":\"project\",\"id\":\"p1\"}}\r\n{{\"type\":\"project\",\"id\":\"p2\"}}")]);

        Assert.Empty(report.Problems);
        Assert.Equal(["p1", "p2"], Rows("SELECT public_id FROM project ORDER BY id"));
    }

    [Fact]
    public async Task Gzip_is_recognised_by_its_first_bytes()
    {
        var report = await ImportFileAsync(Gzip($"{Header}\n{{\"type\":\"project\",\"id\":\"p1\"}}\n"));

        Assert.Equal(UsageAdmin.Data.Schema.ImportState.Finished, report.State);
        Assert.Equal(["p1"], Rows("SELECT public_id FROM project"));
    }

    [Fact]
    public async Task A_gzip_file_that_is_cut_off_fails_and_keeps_what_was_read()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $$"""{"type":"project","id":"p{{i}}","name":"{{Guid.NewGuid()}}"}"""));
        var file = Gzip($"{Header}\n{lines}\n");
        var report = await ImportFileAsync(file.AsSpan(0, file.Length / 2));

        Assert.Equal(UsageAdmin.Data.Schema.ImportState.Failed, report.State);
        Assert.NotNull(report.Failure);
        Assert.InRange(Rows("SELECT 1 FROM project").Length, 1000, 19_999);
        Assert.Equal(["2"], Rows("SELECT state FROM import"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("hello")]
    [InlineData("""{"type":"user","id":"u1"}""")]
    [InlineData("""{"type":"header","format":"other","version":1}""")]
    [InlineData("""{"type":"header","format":"usageadmin-ndjson","version":2}""")]
    [InlineData("""{"type":"header","format":"usageadmin-ndjson","version":1,"content":"some"}""")]
    [InlineData("""{"type":"header","format":"usageadmin-ndjson","version":1,"generated_at":"yesterday"}""")]
    public async Task A_file_without_a_right_header_is_not_imported_at_all(string first)
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportLinesAsync(first, """{"type":"project","id":"p1"}"""));

        Assert.Empty(Rows("SELECT 1 FROM import"));
        Assert.Empty(Rows("SELECT 1 FROM project"));
    }

    [Fact]
    public async Task An_unknown_workspace_or_format_is_said_so()
    {
        await Assert.ThrowsAsync<ImportTargetException>(
            () => ImportFileAsync(Encoding.UTF8.GetBytes(Header), new ImportRequest("", "ndjson", "nowhere")));
        await Assert.ThrowsAsync<ImportTargetException>(
            () => ImportFileAsync(Encoding.UTF8.GetBytes(Header), new ImportRequest("", "pigeon", "acme-main")));
    }

    private static byte[] Gzip(string text)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }
}
