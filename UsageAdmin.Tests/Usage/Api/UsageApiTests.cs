using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Tests.Usage.Api;

/// <summary>The contract of the usage-export API. Every answer is also held against the OpenAPI document.</summary>
public sealed class UsageApiTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>, IAsyncLifetime
{
    private const string Zone = "Europe/Berlin";

    /// <summary>Of the organisation.</summary>
    private static readonly DateOnly Today = DateRange.DayOf(DateTime.UtcNow, TimeZoneInfo.FindSystemTimeZoneById(Zone));
    private static readonly DateOnly First = new DateOnly(Today.Year, Today.Month, 1).AddMonths(-1);
    private static readonly DateOnly Last = First.AddMonths(1).AddDays(-1);
    private static readonly string LastMonth = Body(Day(First), Day(Last));

    private string _key = "";
    private ApiDescription _description = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await ImportAsync(app, "alpha-main");
        _key = (await app.MakeKeyAsync(ApiScopes.UsageExport)).Text;
        _description = await ApiDescription.LoadAsync(app);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("users", "users")]
    [InlineData("assistants", "assistants")]
    [InlineData("agents", "assistants")]
    [InlineData("projects", "projects")]
    [InlineData("models", "models")]
    public async Task An_export_is_made_and_its_link_gives_the_file(string path, string dataType)
    {
        foreach (var prefix in new[] { "/export", "/api/public/export" })
        {
            foreach (var format in new[] { "", "/csv" })
            {
                var (answer, json) = await PostAsync(prefix + "/" + path + format, LastMonth);

                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(["success", "data"], json.EnumerateObject().Select(p => p.Name));
                var data = json.GetProperty("data");
                Assert.Equal(
                    ["filePath", "downloadUrl", "dataType", "recordCount", "dateRange"], data.EnumerateObject().Select(p => p.Name));
                Assert.Equal(dataType, data.GetProperty("dataType").GetString());
                Assert.Equal(
                    ($"{First:yyyy-MM-dd}T00:00:00.000+00:00", $"{Last:yyyy-MM-dd}T23:59:59.999+00:00"),
                    (data.GetProperty("dateRange").GetProperty("from").GetString(), data.GetProperty("dateRange").GetProperty("to").GetString()));
                var name = data.GetProperty("filePath").GetString()!;
                Assert.Matches($@"\A{dataType}-usage/alpha-main/{dataType}-usage-{First:yyyy-MM-dd}-{Last:yyyy-MM-dd}-[a-z0-9]{{8}}\.csv\z", name);
                var url = new Uri(data.GetProperty("downloadUrl").GetString()!);
                Assert.StartsWith(app.BaseAddress.ToString() + "d/", url.ToString(), StringComparison.Ordinal);

                using var client = app.NewClient();
                using var file = await client.GetAsync(url, Cancel);
                await _description.AssertDescribesAsync(file);
                var lines = (await file.Content.ReadAsStringAsync(Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(HttpStatusCode.OK, file.StatusCode);
                Assert.Equal(name.Split('/')[^1], file.Content.Headers.ContentDisposition?.FileNameStar);
                Assert.StartsWith("period_start,period_end,org_id,", lines[0], StringComparison.Ordinal);
                Assert.StartsWith($"{First:yyyy-MM-dd},{Last:yyyy-MM-dd},alpha-main,", lines[1], StringComparison.Ordinal);
                Assert.Equal(lines.Length - 1, data.GetProperty("recordCount").GetInt32());
            }
        }
    }

    [Fact]
    public async Task The_export_is_in_history_and_audit_log_with_its_key()
    {
        var (answer, _) = await PostAsync("/export/users", LastMonth);

        var id = answer.Headers.GetValues("X-Export-Id").Single();
        await using var db = await app.ContextAsync();
        var export = await db.Exports.SingleAsync(e => e.PublicId == id, Cancel);
        var key = await db.ApiKeys.SingleAsync(k => k.Id == export.ApiKeyId, Cancel);
        Assert.Equal((ExportOrigin.Api, ExportState.Finished, "users", "csv"), (export.Origin, export.State, export.Kind, export.Format));
        Assert.Contains(key.KeyId, _key, StringComparison.Ordinal);
        Assert.Equal(
            [("export.started", "key"), ("export.finished", "key")],
            (await db.AuditEvents.Where(e => e.Target == id).OrderBy(e => e.No).ToListAsync(Cancel)).Select(e => (e.Action, e.Actor)));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Rows_come_as_json_where_they_are_asked_for_as_json()
    {
        var (answer, json) = await PostAsync("/export/users/json", LastMonth);

        var data = json.GetProperty("data");
        Assert.Equal(["dataType", "recordCount", "dateRange", "rows"], data.EnumerateObject().Select(p => p.Name));
        var rows = data.GetProperty("rows").EnumerateArray().ToArray();
        Assert.Equal(data.GetProperty("recordCount").GetInt32(), rows.Length);
        Assert.Equal(Columns(await CsvAsync("/export/users", LastMonth)), rows[0].EnumerateObject().Select(p => p.Name));
        var first = rows[0];
        Assert.Equal((3, 1), (first.GetProperty("messages_total").GetInt32(), first.GetProperty("messages_total_rank").GetInt32()));
        Assert.Equal([("a1", 2)], first.GetProperty("assistants_to_messages").EnumerateObject().Select(p => (p.Name, p.Value.GetInt32())));
        await using var db = await app.ContextAsync();
        var id = answer.Headers.GetValues("X-Export-Id").Single();
        var export = await db.Exports.SingleAsync(e => e.PublicId == id, Cancel);
        Assert.Equal(("json", ExportState.Finished, rows.Length), (export.Format, export.State, (int)export.Rows!.Value));
    }

    [Fact]
    public async Task Options_change_the_file()
    {
        var all = await CsvAsync("/export/users", LastMonth);
        var active = await CsvAsync("/export/users", Body(Day(First), Day(Last), "\"includeInactive\":false"));
        var extended = await CsvAsync("/export/users", Body(Day(First), Day(Last), "\"layout\":\"extended\""));

        Assert.Equal(24, Columns(all).Length);
        Assert.Equal(24, Columns(active).Length);
        Assert.Equal([.. Columns(all), "active_days", "first_active_at", "last_active_at", "sections"], Columns(extended));
    }

    /// <summary>Requests that are wrong in one way, or in several: then the first row of the table of errors answers.</summary>
    public static TheoryData<string, string, string, string, string?, int, string> Refused => new()
    {
        { "POST", "none", "/export/users", "application/json", null, 401, "Unauthorized" },
        { "POST", "wrong", "/export/users", "application/json", null, 401, "Unauthorized" },
        { "POST", "revoked", "/export/users", "application/json", null, 401, "Unauthorized" },
        { "POST", "none", "/export/nonsense", "text/plain", "{", 401, "Unauthorized" },
        { "POST", "scope", "/export/users", "application/json", null, 403, "Forbidden" },
        { "POST", "scope", "/export/nonsense", "text/plain", "{", 403, "Forbidden" },
        { "POST", "gamma", "/export/users", "application/json", null, 403, "Forbidden" },
        { "POST", "good", "/export/nonsense", "application/json", null, 404, "Not found" },
        { "POST", "good", "/export/nonsense", "text/plain", "{", 404, "Not found" },
        { "POST", "good", "/export/users/xlsx", "application/json", null, 404, "Not found" },
        { "POST", "good", "/export/Users", "application/json", null, 404, "Not found" },
        { "GET", "none", "/export/users", "application/json", null, 405, "Method not allowed" },
        { "PUT", "good", "/export/users", "application/json", null, 405, "Method not allowed" },
        { "DELETE", "good", "/api/public/export/users/csv", "application/json", null, 405, "Method not allowed" },
        { "OPTIONS", "none", "/export/users", "application/json", null, 405, "Method not allowed" },
        { "POST", "good", "/export/users", "text/plain", "{", 415, "Unsupported media type" },
        { "POST", "good", "/export/users", "application/x-www-form-urlencoded", "a=b", 415, "Unsupported media type" },
        { "POST", "good", "/export/users", "application/json; charset=utf-16", null, 415, "Unsupported media type" },
        { "POST", "good", "/export/users", "", null, 415, "Unsupported media type" },
        { "POST", "good", "/export/users", "application/json", "{", 400, "Invalid request" },
        { "POST", "good", "/export/users", "application/json", "", 400, "Invalid request" },
        { "POST", "good", "/export/users", "application/json", Body("2020-01-01T00:00:00+01:00", "2019-01-01"), 400, "Invalid request" },
        { "POST", "good", "/export/users", "application/json", Body("2020-01-01", "2019-01-01", "\"group_by\":\"model\",\"layout\":1"), 400, "Invalid request" },
        { "POST", "good", "/export/users", "application/json", Body("2020-01-01", "2019-01-01", "\"group_by\":\"model\""), 400, "Unsupported group_by" },
        { "POST", "good", "/export/workflows", "application/json", Body(Day(Last), Day(First)), 400, "Invalid date range" },
        { "POST", "good", "/export/users", "application/json", Body(Day(Today.AddDays(2)), Day(Today.AddDays(3))), 400, "Invalid date range" },
        { "POST", "good", "/export/users", "application/json", Body(Day(Today.AddMonths(-12).AddDays(-2)), Day(Today)), 400, "Invalid date range" },
        { "POST", "good", "/export/users", "application/json", Body(Day(First), "9999-12-31"), 400, "Invalid date range" },
        { "POST", "good", "/export/users", "application/json", Body(Day(First.AddMonths(-4)), Day(First.AddMonths(-3))), 404, "No data found" },
        { "POST", "good", "/export/workflows", "application/json", null, 404, "No data found" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_answered_is_refused_flat_and_in_order(
        string method, string key, string path, string type, string? body, int status, string error)
    {
        using var client = app.NewClient();
        if (key != "none")
        {
            client.With(await KeyAsync(key));
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.ParseAdd("text/html");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? LastMonth));
        request.Content.Headers.ContentType = type.Length == 0 ? null : MediaTypeHeaderValue.Parse(type);

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["error", "message"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(error, json.RootElement.GetProperty("error").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("message").GetString()!);
        Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(status is not (401 or 405), answer.Headers.Contains("RateLimit"));
        Assert.Equal(status == 405 ? "POST" : null, answer.Content.Headers.Allow.SingleOrDefault());
        if (!path.Contains("nonsense", StringComparison.Ordinal) && error != "Not found" && method == "POST")
        {
            await _description.AssertDescribesAsync(answer);
        }
    }

    [Fact]
    public async Task Messages_say_what_would_be_right()
    {
        Assert.Equal(
            "No usage data found for the selected period: workflows are not enabled for this workspace",
            await MessageAsync("/export/workflows", LastMonth));
        Assert.Equal(
            "No usage data found for the selected period",
            await MessageAsync("/export/users", Body(Day(First.AddMonths(-4)), Day(First.AddMonths(-3)))));
        Assert.StartsWith(
            $"from must not be before {Today.AddMonths(-12):yyyy-MM-dd}",
            await MessageAsync("/export/users", Body(Day(Today.AddMonths(-12).AddDays(-1)), Day(Today))), StringComparison.Ordinal);
        Assert.Equal(
            "from.date must not carry an offset (+00:00): write the time as clocks show it in the time zone beside it.",
            await MessageAsync("/export/users", Body($"{First:yyyy-MM-dd}T00:00:00.000+00:00", Day(Last))));
    }

    [Fact]
    public async Task Twelve_months_back_is_the_first_day_that_can_be_had_and_today_the_last_start()
    {
        var (first, _) = await PostAsync("/export/users", Body(Day(Today.AddMonths(-12)), Day(Today)));
        var (today, _) = await PostAsync("/export/users", Body($"{Today:yyyy-MM-dd}T00:00:00.000Z", Day(Today), zone: Zone));

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, today.StatusCode);
    }

    [Fact]
    public async Task A_body_over_64_KB_is_refused_with_and_without_its_length()
    {
        var long64 = Body(Day(First), Day(Last), $"\"x\":\"{new string('x', 64 * 1024)}\"");
        var fits = Body(Day(First), Day(Last), $"\"x\":\"{new string('x', (64 * 1024) - 200)}\"");

        var (known, _) = await PostAsync("/export/users", long64);
        using var client = app.ClientWith(_key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/export/users");
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StringContent(long64, Encoding.UTF8, "application/json");
        using var chunked = await client.SendAsync(request, Cancel);
        var (good, _) = await PostAsync("/export/users", fits);

        Assert.Equal(
            [HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK],
            [known.StatusCode, chunked.StatusCode, good.StatusCode]);
        await _description.AssertDescribesAsync(chunked);
    }

    [Fact]
    public async Task Cookies_let_nobody_in_and_do_no_harm()
    {
        using var signedIn = await app.SignInAsync("wsadmin@alpha.example");
        signedIn.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var content = new StringContent(LastMonth, Encoding.UTF8, "application/json");

        using var without = await signedIn.PostAsync(new Uri("/export/users", UriKind.Relative), content, Cancel);
        using var with = await signedIn.With(_key).PostAsync(new Uri("/export/users", UriKind.Relative), content, Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (without.StatusCode, with.StatusCode));
        Assert.Equal("Bearer realm=\"UsageAdmin\"", without.Headers.WwwAuthenticate.ToString());
        Assert.False(with.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Africa/Cairo")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("America/St_Johns")]
    public async Task Dates_are_wall_clock_and_answered_with_the_offset_of_their_zone(string id)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var (_, json) = await PostAsync(
            "/export/users", Body($"{First:yyyy-MM-dd}T00:00:00.000Z", $"{Last:yyyy-MM-dd}T23:59:59Z", zone: id));

        var range = json.GetProperty("data").GetProperty("dateRange");
        var (from, to) = new DateRange(First, Last).ToUtc(zone);
        Assert.Equal(Shown(from, zone), range.GetProperty("from").GetString());
        Assert.Equal(Shown(to.AddMilliseconds(-1), zone), range.GetProperty("to").GetString());
    }

    [Fact]
    public async Task From_and_to_may_have_different_zones()
    {
        var day = Day(Last);
        var body = $$$"""
            {"from":{"date":"{{{day}}}","timezone":"Pacific/Kiritimati"},"to":{"date":"{{{day}}}","timezone":"Pacific/Pago_Pago"}}
            """;

        var (answer, json) = await PostAsync("/export/users", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var range = json.GetProperty("data").GetProperty("dateRange");
        Assert.Equal(
            ($"{Last:yyyy-MM-dd}T00:00:00.000+14:00", $"{Last:yyyy-MM-dd}T23:59:59.999-11:00"),
            (range.GetProperty("from").GetString(), range.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task An_end_in_the_future_is_answered_as_now()
    {
        var before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        var (_, json) = await PostAsync("/export/users", Body(Day(First), Day(Today.AddDays(20))));

        var to = DateTimeOffset.Parse(
            json.GetProperty("data").GetProperty("dateRange").GetProperty("to").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange(to, before, DateTimeOffset.UtcNow);
        Assert.Contains($"-{Today.AddDays(20):yyyy-MM-dd}-", json.GetProperty("data").GetProperty("filePath").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_user_level_data_neither_answer_nor_file_names_anybody()
    {
        await using var own = await UsageAdminApp.StartAsync();
        await ImportAsync(own, "beta-main");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport, "beta-main")).Text);
        foreach (var type in new[] { "users", "assistants", "projects", "models", "users/json", "assistants/json", "projects/json" })
        {
            using var content = new StringContent(LastMonth, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri($"/export/{type}", UriKind.Relative), content, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (!type.EndsWith("json", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(text);
                var url = json.RootElement.GetProperty("data").GetProperty("downloadUrl").GetString()!;
                text = text.Replace(url, "", StringComparison.Ordinal) + await client.GetStringAsync(url, Cancel);
            }

            Assert.Contains("beta-main", text, StringComparison.Ordinal);
            Assert.All(["Anna", "anna@", "\"u1\"", ",u1,"], who => Assert.DoesNotContain(who, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_workspace_has_its_limit_and_is_told_when_to_come_back()
    {
        await using var own = await UsageAdminApp.StartAsync("--UsageExports:RequestsPerMinute=2");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);
        using var second = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);
        using var scopeless = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var other = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport, "alpha-lab")).Text);
        var answers = new List<HttpResponseMessage>();
        foreach (var caller in new[] { client, second, client, second, scopeless, other })
        {
            using var content = new StringContent("{", Encoding.UTF8, "text/plain");
            answers.Add(await caller.PostAsync(new Uri("/export/nonsense", UriKind.Relative), content, Cancel));
        }

        Assert.Equal([404, 404, 429, 429, 403, 404], answers.Select(a => (int)a.StatusCode));
        Assert.Equal(
            ["\"requests-per-minute\";r=1;t=60", "\"requests-per-minute\";r=0;t=60"],
            answers.Take(2).Select(a => a.Headers.GetValues("RateLimit").Single()));
        Assert.All(answers, a => Assert.Equal("\"requests-per-minute\";q=2;w=60", a.Headers.GetValues("RateLimit-Policy").Single()));
        Assert.InRange(answers[2].Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("\"error\":\"Too many requests\"", await answers[2].Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        answers.ForEach(answer => answer.Dispose());
    }

    [Fact]
    public async Task Too_much_is_refused_before_the_work_with_a_part_that_would_do()
    {
        await using var own = await UsageAdminApp.StartAsync("--UsageExports:MaxEvents=3");
        await ImportAsync(own, "alpha-main");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);
        using var content = new StringContent(LastMonth, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri("/export/users", UriKind.Relative), content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await _description.AssertDescribesAsync(answer);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(["error", "message", "code"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("Export too large", "USAGE_EXPORT_TOO_LARGE"),
            (json.RootElement.GetProperty("error").GetString(), json.RootElement.GetProperty("code").GetString()));
        Assert.Equal(
            "Export too large: 4 rows exceeds limit of 3. Please narrow the date range. " +
            $"For example, {First:yyyy-MM-dd} to {Last.AddDays(-1):yyyy-MM-dd} is small enough.",
            json.RootElement.GetProperty("message").GetString());
        await using var db = await own.ContextAsync();
        Assert.False(await db.Exports.AnyAsync(Cancel));
    }

    [Fact]
    public async Task Too_many_exports_at_once_and_failures_are_told_flat_and_leave_no_file()
    {
        await using var own = await UsageAdminApp.StartAsync("--Exports:MaxDownloads=1");
        await ImportAsync(own, "alpha-main");
        var description = await ApiDescription.LoadAsync(own);
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);
        await own.Services.GetRequiredService<DownloadSlots>().RunAsync(null!, async () =>
        {
            using var content = new StringContent(LastMonth, Encoding.UTF8, "application/json");
            foreach (var path in new[] { "/export/users", "/export/users/json" })
            {
                using var busy = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
                Assert.Equal(429, (int)busy.StatusCode);
                await description.AssertDescribesAsync(busy);
            }
        });

        var exports = Path.Combine(own.DataDirectory, "exports");
        Directory.Delete(exports, recursive: true);
        await File.WriteAllTextAsync(exports, "in the way", Cancel);
        using var again = new StringContent(LastMonth, Encoding.UTF8, "application/json");
        using var failed = await client.PostAsync(new Uri("/export/users", UriKind.Relative), again, Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await description.AssertDescribesAsync(failed);
        var told = await failed.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"error\":\"Export failed\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain(own.DataDirectory, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_that_pass_or_that_somebody_can_mend_have_a_status_of_their_own()
    {
        Assert.Equal(503, UsageApiError.Of(new SqliteException("busy", SQLitePCL.raw.SQLITE_BUSY), "t").Status);
        Assert.Equal(507, UsageApiError.Of(new SqliteException("full", SQLitePCL.raw.SQLITE_FULL), "t").Status);
        Assert.Equal(507, UsageApiError.Of(new IOException("full", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28), "t").Status);
        var other = UsageApiError.Of(new InvalidOperationException("/secret/path"), "trace-1");
        Assert.Equal((500, "Export failed"), (other.Status, other.Error));
        Assert.Contains("trace-1", other.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_are_built_on_the_public_address_where_there_is_one()
    {
        await using var own = await UsageAdminApp.StartAsync("--PublicUrl=https://usage.example", "--UsageExports:LinkLifetime=00:05:00");
        await ImportAsync(own, "alpha-main");
        using var client = own.ClientWith((await own.MakeKeyAsync(ApiScopes.UsageExport)).Text);
        using var content = new StringContent(LastMonth, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri("/export/users", UriKind.Relative), content, Cancel);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));

        var url = json.RootElement.GetProperty("data").GetProperty("downloadUrl").GetString()!;
        Assert.StartsWith("https://usage.example/d/", url, StringComparison.Ordinal);
        var link = own.Services.GetRequiredService<ExportLinks>().Read(url.Split('/')[^1])!;
        Assert.Equal(TimeSpan.FromMinutes(5), link.ExpiresAtUtc - link.IssuedAtUtc);
    }

    [Theory]
    [InlineData("UsageExports:RequestsPerMinute", "0")]
    [InlineData("UsageExports:MaxEvents", "0")]
    [InlineData("UsageExports:LinkLifetime", "00:04:59")]
    [InlineData("UsageExports:LinkLifetime", "1.00:00:01")]
    public async Task A_wrong_setting_stops_the_start(string key, string value)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => UsageAdminApp.StartAsync($"--{key}={value}"));

        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_sent_nothing_breaks()
    {
        var random = new Random(20261122);
        using var client = app.ClientWith(_key);
        string[] paths = ["/export/users", "/export/models/json", "/api/public/export/agents", "/export/%00", "/export/users/%ff", "/export/workflows?x=%zz"];
        for (var i = 0; i < 400; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(LastMonth);
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "\"{}[]:,0-9TZ\\"u8[random.Next(12)];
            }

            using var content = new ByteArrayContent(random.Next(10) == 0 ? RandomNumberGenerator.GetBytes(200) : bytes);
            content.Headers.TryAddWithoutValidation("Content-Type", random.Next(20) == 0 ? ";;;" : "application/json");
            using var answer = await client.PostAsync(new Uri(paths[random.Next(paths.Length)], UriKind.Relative), content, Cancel);

            Assert.True((int)answer.StatusCode < 500, $"{answer.StatusCode}: {Encoding.Latin1.GetString(bytes)}");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                break;
            }

            if (answer.StatusCode != HttpStatusCode.OK && answer.Content.Headers.ContentLength != 0)
            {
                using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
                Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
                Assert.DoesNotContain("   at ", json.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
            }
        }
    }

    private static async Task ImportAsync(UsageAdminApp app, string workspace)
    {
        var (early, late) = (First.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc), Last.ToDateTime(new TimeOnly(12, 0), DateTimeKind.Utc));
        await app.Services.GetRequiredService<ImportWriter>().WriteAsync(
            new ImportItem[]
            {
                new UserItem { Id = "u1", Name = "Anna Example", Email = "anna@example.org" },
                Some.Conversation("c1", early, app: "a1", messages: [Some.Message("m1", at: early), Some.Message("m2", at: early), Some.Message("m2a", source: MessageSource.Provider, at: early, model: "gpt")]),
                Some.Conversation("c2", late, messages: [Some.Message("m3", at: late)]),
                Some.Conversation("c3", late, user: "u2", project: "p1", messages: [Some.Message("m4", at: late)]),
            }.ToAsyncEnumerable(),
            new ImportRequest("test", "test", workspace), Cancel);
    }

    private async Task<string> KeyAsync(string kind)
    {
        var made = await app.MakeKeyAsync(
            kind == "scope" ? ApiScopes.ActivityExport : ApiScopes.UsageExport, kind == "gamma" ? "gamma-main" : "alpha-main");
        if (kind == "revoked")
        {
            var (organization, workspace) = await app.WorkspaceAsync("alpha-main");
            app.Services.GetRequiredService<ApiKeys>().Revoke(organization, workspace, made.Key.KeyId, Actor.Command);
        }

        return kind == "wrong" ? made.Text[..^4] + "AAAA" : made.Text;
    }

    private async Task<(HttpResponseMessage Answer, JsonElement Json)> PostAsync(string path, string body)
    {
        using var client = app.ClientWith(_key);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
        await _description.AssertDescribesAsync(answer);
        return (answer, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement);
    }

    private async Task<string> MessageAsync(string path, string body) =>
        (await PostAsync(path, body)).Json.GetProperty("message").GetString()!;

    private async Task<string> CsvAsync(string path, string body)
    {
        var (_, json) = await PostAsync(path, body);
        using var client = app.NewClient();
        return await client.GetStringAsync(json.GetProperty("data").GetProperty("downloadUrl").GetString(), Cancel);
    }

    private static string[] Columns(string csv) => csv.Split("\r\n")[0].Split(',');

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Body(string from, string to, string? more = null, string zone = "UTC") =>
        $$"""{"from":{"date":"{{from}}","timezone":"{{zone}}"},"to":{"date":"{{to}}","timezone":"{{zone}}"}{{(more is null ? "" : $",{more}")}}}""";

    private static string Shown(DateTime utc, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(new DateTimeOffset(utc), zone).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
