namespace UsageAdmin.Tests.Ingest;

public sealed class HistoryTests : IngestTest
{
    private static string HeaderOf(string day) =>
        $$"""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"chat","generated_at":"{{day}}T00:00:00Z"}""";

    private string[] Values(string attribute) => Rows(
        $"SELECT {Support.Rows.Instant("valid_from")}, value FROM attribute_value WHERE attribute = {attribute} ORDER BY valid_from");

    [Fact]
    public async Task A_changed_value_holds_from_the_files_time_on()
    {
        await ImportLinesAsync(HeaderOf("2026-01-01"), """{"type":"user","id":"u1","name":"Ann Lee","email":"a@x.example","role":"member"}""");
        await ImportLinesAsync(HeaderOf("2026-02-01"), """{"type":"user","id":"u1","name":"Ann Lee","email":"a@x.example","role":"editor"}""");
        await ImportLinesAsync(HeaderOf("2026-03-01"), """{"type":"user","id":"u1","name":"Ann Ray","email":"a@x.example","role":"editor"}""");

        Assert.Equal(["2026-01-01|Ann Lee", "2026-03-01|Ann Ray"], Values("1"));
        Assert.Equal(["2026-01-01|a@x.example"], Values("2"));
        Assert.Equal(["2026-01-01|member", "2026-02-01|editor"], Values("3"));
        Assert.Equal(["Ann Ray|1"], Rows("SELECT name, (SELECT role FROM membership WHERE user_id = u.id) FROM usage_user u"));
    }

    [Fact]
    public async Task An_older_record_that_comes_later_lands_in_the_past()
    {
        await ImportLinesAsync(HeaderOf("2026-03-01"), """{"type":"app","id":"a1","name":"New","category":"B"}""");
        await ImportLinesAsync(HeaderOf("2026-01-01"), """{"type":"app","id":"a1","name":"Old","category":"A","valid_from":"2025-06-01T00:00:00Z"}""");

        Assert.Equal(["2025-06-01|Old", "2026-03-01|New"], Values("1"));
        Assert.Equal(["New|B"], Rows("SELECT name, category FROM app"));
    }

    [Fact]
    public async Task The_status_of_an_app_follows_its_own_dates()
    {
        await ImportLinesAsync(HeaderOf("2026-03-01"),
            """{"type":"app","id":"a1","published":true,"created_at":"2025-01-01T00:00:00Z","published_at":"2025-02-01T00:00:00Z","archived_at":"2026-02-01T00:00:00Z"}""");

        Assert.Equal(["2025-01-01|draft", "2025-02-01|published", "2026-02-01|archived"], Values("5"));
    }

    [Fact]
    public async Task Null_clears_and_absence_leaves()
    {
        await ImportLinesAsync(HeaderOf("2026-01-01"), """{"type":"app","id":"a1","name":"N","description":"D","url":"U"}""");
        await ImportLinesAsync(HeaderOf("2026-02-01"), """{"type":"app","id":"a1","name":null,"description":null}""");

        Assert.Equal(["||U"], Rows("SELECT name, description, url FROM app"));
        Assert.Equal(["2026-01-01|N", "2026-02-01|"], Values("1"));
    }

    [Fact]
    public async Task Who_leaves_and_comes_back_has_two_stays()
    {
        string[] lines =
        [
            HeaderOf("2026-03-01"), """{"type":"membership","user_id":"u1","joined_at":"2025-01-01","left_at":"2025-06-01","role":"editor"}""",
            """{"type":"membership","user_id":"u1","joined_at":"2025-09-01"}""",
            """{"type":"membership","user_id":"u1","section_id":"s1","joined_at":"2025-09-01"}""",
        ];
        await ImportLinesAsync(lines);
        await ImportLinesAsync(lines);

        Assert.Equal(["2025-01-01|2025-06-01|1|", "2025-09-01||0|", "2025-09-01||0|1"],
            Rows($"SELECT {Support.Rows.Instant("joined_at")}, {Support.Rows.Instant("left_at")}, role, section_id FROM membership ORDER BY id"));
    }
}
