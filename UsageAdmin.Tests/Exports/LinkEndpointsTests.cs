using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class LinkEndpointsTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_the_link_gets_the_file_as_an_attachment_that_leaves_no_trace()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        client.DefaultRequestHeaders.Add("Origin", "https://chat.example");
        client.DefaultRequestHeaders.Add("Cookie", "ua_session=nonsense");

        using var answer = await client.GetAsync(made.Link, Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SomeExports.BytesOf(10), await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(made.File.Bytes, answer.Content.Headers.ContentLength);
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(("attachment", "users-usage-2026-01-01.csv"), (
            answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileNameStar));
        Assert.Equal($"\"{made.File.Sha256}\"", answer.Headers.ETag?.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Parts_of_the_file_and_its_headers_alone_can_be_had()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, made.Link);
        request.Headers.Range = new RangeHeaderValue(5, 9);
        using var head = new HttpRequestMessage(HttpMethod.Head, made.Link);

        using var part = await client.SendAsync(request, Cancel);
        using var headers = await client.SendAsync(head, Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(SomeExports.BytesOf(10)[5..10], await part.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal((HttpStatusCode.OK, made.File.Bytes), (headers.StatusCode, headers.Content.Headers.ContentLength));
        Assert.Empty(await headers.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Every_use_is_audited_with_its_way_and_address()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();

        await client.GetByteArrayAsync(made.Link, Cancel);
        await client.GetByteArrayAsync(made.Link, Cancel);

        var events = await AuditAsync(app, made.File.Id, "export.downloaded");
        Assert.Equal(2, events.Count);
        Assert.All(events, e => Assert.Equal(
            ("key", $"test ({made.Key.PublicPart()})", "link", "127.0.0.1"),
            (e.Actor, e.ActorName, Detail(e, "way"), e.RemoteAddress)));
    }

    [Fact]
    public async Task A_link_of_which_one_bit_was_changed_is_refused()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();
        var token = made.Link.ToString()["/d/".Length..];
        var bytes = Base64Url.DecodeFromChars(token);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            using var answer = await client.GetAsync(new Uri($"/d/{Base64Url.EncodeToString(changed)}", UriKind.Relative), Cancel);

            Assert.Equal((HttpStatusCode.Forbidden, "link-invalid"), (answer.StatusCode, await TypeAsync(answer)));
        }

        for (var bit = 0; bit < token.Length * 8; bit++)
        {
            var changed = token.Select((c, i) => i == bit / 8 ? (char)(c ^ (1 << (bit % 8))) : c).ToArray();
            using var answer = await client.GetAsync(new Uri($"/d/{Uri.EscapeDataString(new string(changed))}", UriKind.Relative), Cancel);

            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest,
                $"bit {bit}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("%00")]
    [InlineData("..%2F..%2Fkeys%2Flinks.key")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_link_is_refused(string token)
    {
        using var client = app.NewClient();

        using var answer = await client.GetAsync(new Uri($"/d/{token}", UriKind.Relative), Cancel);

        Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
    }

    [Fact]
    public async Task Other_methods_are_told_which_there_are_and_nothing_about_the_link()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();
        foreach (var method in new[] { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "REPORT" })
        {
            var answers = new List<string>();
            foreach (var link in new[] { made.Link.ToString(), "/d/x", $"{made.Link}/more" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), link);
                using var answer = await client.SendAsync(request, Cancel);

                Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
                Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
                answers.Add(await Answer.ReadAsync(answer));
            }

            Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public async Task A_range_in_something_else_than_bytes_is_passed_over()
    {
        var made = await MakeAsync(app);
        using var client = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, made.Link);
        request.Headers.Range = new RangeHeaderValue(0, 1) { Unit = "lines" };

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.OK, made.File.Bytes), (answer.StatusCode, answer.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task A_link_ends_when_its_time_is_over()
    {
        var made = await MakeAsync(app);
        var now = DateTimeOffset.UtcNow;

        Assert.Equal("200", await AskAsync(app, made, now.AddMinutes(-59), Hour));
        Assert.Equal("410 link-expired", await AskAsync(app, made, now.AddMinutes(-61), Hour));
    }

    [Fact]
    public async Task A_link_from_the_future_is_refused_beyond_a_small_skew()
    {
        var made = await MakeAsync(app);
        var now = DateTimeOffset.UtcNow;

        Assert.Equal("200", await AskAsync(app, made, now.AddMinutes(1), Hour));
        Assert.Equal("403 link-invalid", await AskAsync(app, made, now.AddMinutes(3), Hour));
    }

    [Fact]
    public async Task A_link_is_good_for_the_export_the_organisation_and_the_key_that_it_names_together()
    {
        var made = await MakeAsync(app);
        var links = app.Services.GetRequiredService<ExportLinks>();
        var (organization, key) = (made.Organization.Id, made.Key.Id);

        Assert.Equal("200", await AskAsync(app, links.Make(made.File.Id, organization, key, Hour)));
        Assert.Equal("403 link-invalid", await AskAsync(app, links.Make("0123456789abcdef01234567", organization, key, Hour)));
        Assert.Equal("403 link-invalid", await AskAsync(app, links.Make(made.File.Id, organization + 1, key, Hour)));
        Assert.Equal("403 link-invalid", await AskAsync(app, links.Make(made.File.Id, organization, key + 1, Hour)));
    }

    [Fact]
    public async Task Links_of_another_server_are_refused()
    {
        await using var other = await TestDatabase.CreateAsync();
        var made = await MakeAsync(app);
        var links = new ExportLinks(other.Directory, new SteadyClock(TimeProvider.System));

        Assert.Equal("403 link-invalid", await AskAsync(app, links.Make(made.File.Id, made.Organization.Id, made.Key.Id, Hour)));
    }

    [Fact]
    public async Task A_link_dies_with_its_key()
    {
        var revoked = await MakeAsync(app);
        Assert.Equal("200", await AskAsync(app, revoked.Link.ToString()));
        app.Services.GetRequiredService<ApiKeys>().Revoke(
            revoked.Organization, revoked.Workspace, revoked.Key.KeyId, Actor.Command);

        Assert.Equal("403 link-revoked", await AskAsync(app, revoked.Link.ToString()));
        Assert.Equal(
            ["key-ended"], (await AuditAsync(app, revoked.File.Id, "export.download-refused")).Select(e => Detail(e, "reason")));

        var expired = await MakeAsync(app);
        await using var db = await app.ContextAsync();
        await db.ApiKeys.Where(k => k.Id == expired.Key.Id).ExecuteUpdateAsync(
            set => set.SetProperty(k => k.ExpiresAtUtc, DateTime.UtcNow), Cancel);
        Assert.Equal("403 link-revoked", await AskAsync(app, expired.Link.ToString()));
    }

    [Fact]
    public async Task A_link_dies_with_the_feature_with_user_level_data_and_with_the_file()
    {
        await using var own = await UsageAdminApp.StartAsync("--Support:Contact=help@example.org");
        var made = await MakeAsync(own);
        var pseudonymous = await MakeAsync(own, privacy: "pseudonymous");
        await using var db = await own.ContextAsync();
        var organization = db.Organizations.Where(o => o.PublicId == "alpha");

        await organization.ExecuteUpdateAsync(set => set.SetProperty(o => o.ExportsEnabled, false), Cancel);
        Assert.Equal("403 feature-disabled", await AskAsync(own, made.Link.ToString()));

        await organization.ExecuteUpdateAsync(
            set => set.SetProperty(o => o.ExportsEnabled, true).SetProperty(o => o.UserLevelData, false), Cancel);
        Assert.Equal("410 export-names-people", await AskAsync(own, made.Link.ToString()));
        Assert.Equal("200", await AskAsync(own, pseudonymous.Link.ToString()));

        File.Delete(pseudonymous.File.Path);
        Assert.Equal("410 export-expired", await AskAsync(own, pseudonymous.Link.ToString()));

        await organization.ExecuteUpdateAsync(set => set.SetProperty(o => o.UserLevelData, true), Cancel);
        Assert.Equal("200", await AskAsync(own, made.Link.ToString()));
        await db.Exports.Where(e => e.PublicId == made.File.Id).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.ExpiresAtUtc, DateTime.UtcNow), Cancel);
        Assert.Equal("410 export-expired", await AskAsync(own, made.Link.ToString()));
        await own.Services.GetRequiredService<ExportSweep>().RunAsync(Cancel);
        Assert.False(File.Exists(made.File.Path));
        Assert.Equal("410 export-expired", await AskAsync(own, made.Link.ToString()));
    }

    [Fact]
    public async Task The_key_of_the_links_is_a_file_that_its_owner_alone_can_read_and_links_outlive_a_restart()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var made = await MakeAsync(own);
        var key = Path.Combine(own.DataDirectory, "keys", "links.key");

        Assert.Equal(32, new FileInfo(key).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }

        await own.RestartAsync();
        Assert.Equal("200", await AskAsync(own, made.Link.ToString()));
    }

    [Fact]
    public async Task No_log_holds_a_token_whatever_is_logged()
    {
        await using var own = await UsageAdminApp.StartAsync(
            "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:Console:LogLevel:Default=None");
        using var log = new EveryLogLine();
        own.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        var made = await MakeAsync(own);
        var token = made.Link.ToString()["/d/".Length..];
        using var client = own.NewClient();
        foreach (var path in new[] { $"/d/{token}", $"/D/{token}/", $"/d/{token}?x={token}", $"/d/x{token}", $"/d/{token}/more", $"/d/{token}%00" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Options })
            {
                using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
                using var answer = await client.SendAsync(request, Cancel);
            }
        }

        // A failure with its stack trace as well.
        await using (var db = await own.ContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE api_key RENAME TO api_key_away", Cancel);
        }

        Assert.Equal("500 server-error", await AskAsync(own, made.Link.ToString()));

        Assert.Contains(log.Lines, line => line.Contains("Request starting", StringComparison.Ordinal) && line.Contains("/d/hidden", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("api_key", StringComparison.Ordinal) && line.Contains(" Error: ", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(token[..20], StringComparison.Ordinal));
    }

    private static async Task<MadeLink> MakeAsync(UsageAdminApp app, string privacy = "identified")
    {
        var (organization, workspace) = await app.WorkspaceAsync("alpha-main");
        var key = (await app.MakeKeyAsync(ApiScopes.UsageExport, name: "test")).Key;
        var actor = new Actor("key", null, KeyRequests.NameOf(key), "192.0.2.1") { ApiKeyId = key.Id };
        var file = await app.Services.GetRequiredService<ExportFiles>().MakeAsync(
            SomeExports.Csv(organization, workspace, SomeExports.Rows(10), privacy: privacy, actor: actor), Cancel);
        return new MadeLink(file, organization, workspace, key, new Uri(
            app.Services.GetRequiredService<ExportLinks>().Make(file.Id, organization.Id, key.Id, Hour), UriKind.Relative));
    }

    /// <summary>Asks with a link as a server would have made it at another time.</summary>
    private static async Task<string> AskAsync(UsageAdminApp app, MadeLink made, DateTimeOffset madeAt, TimeSpan lifetime)
    {
        var links = new ExportLinks(app.Services.GetRequiredService<DataDirectory>(), new SteadyClock(new FakeTime(madeAt)));
        return await AskAsync(app, links.Make(made.File.Id, made.Organization.Id, made.Key.Id, lifetime));
    }

    private static async Task<string> AskAsync(UsageAdminApp app, string link)
    {
        using var client = app.NewClient();
        using var answer = await client.GetAsync(new Uri(link, UriKind.Relative), Cancel);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return $"{(int)answer.StatusCode} {await TypeAsync(answer)}".Trim();
    }

    private static async Task<string?> TypeAsync(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return problem.RootElement.GetProperty("type").GetString();
    }

    private static async Task<List<AuditEvent>> AuditAsync(UsageAdminApp app, string exportId, string action)
    {
        await using var db = await app.ContextAsync();
        return await db.AuditEvents.Where(e => e.Target == exportId && e.Action == action).ToListAsync(Cancel);
    }

    private static string? Detail(AuditEvent audited, string name)
    {
        using var details = JsonDocument.Parse(audited.Details);
        return details.RootElement.GetProperty(name).GetString();
    }

    private sealed record MadeLink(ExportFile File, Organization Organization, Workspace Workspace, ApiKey Key, Uri Link);
}
