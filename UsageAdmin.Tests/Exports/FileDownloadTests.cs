using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Accounts;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

/// <summary>A server with routes that export in all the ways an export can go.</summary>
public sealed class ServerWithFiles : IAsyncLifetime
{
    public const int Rows = 1_000_000;

    /// <summary>Holds the exports of <c>/test/held</c> until it is set.</summary>
    internal ManualResetEventSlim Go { get; } = new();

    public UsageAdminApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await UsageAdminApp.StartWithAsync(Map, "--Exports:MaxDownloads=2");

    public async ValueTask DisposeAsync()
    {
        Go.Set();
        await App.DisposeAsync();
        Go.Dispose();
    }

    private void Map(WebApplication app)
    {
        var exports = app.MapGroup("/test/{workspaceId}").RequireRight(Right.ExportUsage);
        var routes = new Dictionary<string, Func<Stream, CancellationToken, ExportedRows>>
        {
            ["small"] = SomeExports.Rows(1000),
            ["large"] = SomeExports.Rows(Rows),
            ["failing"] = SomeExports.UntilTheyFail,
            ["disk-full"] = SomeExports.UntilTheDiskIsFull,
            ["database-full"] = (_, _) => throw new SqliteException("database or disk is full", SQLitePCL.raw.SQLITE_FULL),
            ["too-long"] = (file, cancellationToken) => new(XlsxFile.Write(
                file, [SomeTables.OfNumbers(new int[XlsxFile.MaxRows + 1])], SomeTables.EntryDate, cancellationToken)),
            ["held"] = (file, cancellationToken) =>
            {
                Go.Wait(cancellationToken);
                return SomeExports.Rows(10)(file, cancellationToken);
            },
        };
        foreach (var (name, write) in routes)
        {
            exports.MapMethods(name, ["GET", "HEAD"], (HttpContext http, FileDownload downloads) =>
            {
                var (organization, workspace) = http.GrantedWorkspace();
                return downloads.SendAsync(http, SomeExports.Csv(organization, workspace, write, actor: http.Actor()));
            });
        }
    }
}

public sealed class FileDownloadTests(ServerWithFiles server) : IClassFixture<ServerWithFiles>, IAsyncLifetime
{
    private readonly UsageAdminApp _app = server.App;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        server.Go.Reset();
        _admin = await _app.SignInAsync("wsadmin@alpha.example");
    }

    public ValueTask DisposeAsync()
    {
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_download_states_its_length_and_hash()
    {
        using var answer = await GetAsync("small");

        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var hash = SHA256.HashData(SomeExports.BytesOf(1000));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SomeExports.BytesOf(1000), bytes);
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal($"\"{Convert.ToHexStringLower(hash)}\"", answer.Headers.ETag?.ToString());
        Assert.Equal($"sha-256=:{Convert.ToBase64String(hash)}:", answer.Headers.GetValues("Repr-Digest").Single());
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            "attachment; filename=users-usage-2026-01-01.csv; filename*=UTF-8''users-usage-2026-01-01.csv",
            answer.Content.Headers.ContentDisposition?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        var export = await RowAsync(answer.Headers.GetValues("X-Export-Id").Single());
        Assert.Equal((ExportState.Finished, 1000, bytes.Length), (export.State, export.Rows, export.Bytes));
    }

    [Fact]
    public async Task Head_answers_without_the_file()
    {
        using var answer = await _admin.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, Url("small")), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(SomeExports.BytesOf(1000).Length, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(answer.Headers.ETag);
    }

    [Fact]
    public async Task The_same_content_made_again_has_the_same_tag()
    {
        using var first = await GetAsync("small");
        using var again = await GetAsync("small");

        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.NotEqual(first.Headers.GetValues("X-Export-Id"), again.Headers.GetValues("X-Export-Id"));
    }

    [Fact]
    public async Task Ranges_are_served_from_the_kept_file()
    {
        var (file, whole) = await KeptAsync("small");

        using var part = await RangeAsync(file, new(10, 19));
        using var rest = await RangeAsync(file, new(whole.Length - 5, null));
        using var beyond = await RangeAsync(file, new(whole.Length, null));

        Assert.Equal((HttpStatusCode.PartialContent, 10), (part.StatusCode, part.Content.Headers.ContentLength));
        Assert.Equal($"bytes 10-19/{whole.Length}", part.Content.Headers.ContentRange?.ToString());
        Assert.Equal(whole[10..20], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(whole[^5..], await rest.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal($"bytes */{whole.Length}", beyond.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_in_an_unknown_unit_gets_the_whole_file()
    {
        var (file, whole) = await KeptAsync("small");

        using var request = new HttpRequestMessage(HttpMethod.Get, file);
        request.Headers.Range = new RangeHeaderValue(0, 1) { Unit = "lines" };
        using var answer = await _admin.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, whole.Length), (answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.Equal(whole, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_range_of_another_content_gets_the_whole_file()
    {
        var (file, whole) = await KeptAsync("small");

        using var answer = await RangeAsync(file, new(10, 19), new("\"another\""));

        Assert.Equal((HttpStatusCode.OK, whole.Length), (answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.Equal(whole, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Twenty_downloads_that_were_cut_are_resumed_to_the_right_content()
    {
        var (file, whole) = await KeptAsync("large");
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var received = new MemoryStream();
            using (var cut = await _admin.GetAsync(file, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
            {
                var body = await cut.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
                var part = new byte[random.Next(1, whole.Length)];
                await body.ReadExactlyAsync(part, TestContext.Current.CancellationToken);
                received.Write(part);
            }

            using var rest = await RangeAsync(
                file, new(received.Length, null), new($"\"{Convert.ToHexStringLower(SHA256.HashData(whole))}\""));
            Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
            await rest.Content.CopyToAsync(received, TestContext.Current.CancellationToken);

            Assert.Equal(SHA256.HashData(whole), SHA256.HashData(received.ToArray()));
        }
    }

    [Fact]
    public async Task A_download_that_was_cut_is_resumed_by_making_it_again()
    {
        using var first = await GetAsync("small");
        var whole = await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        using var rest = await RangeAsync(Url("small"), new(100, null), first.Headers.ETag);

        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(whole[100..], await rest.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("failing", HttpStatusCode.InternalServerError, "server-error", "error")]
    [InlineData("disk-full", HttpStatusCode.InsufficientStorage, "insufficient-storage", "disk-full")]
    [InlineData("database-full", HttpStatusCode.InsufficientStorage, "insufficient-storage", "disk-full")]
    [InlineData("too-long", HttpStatusCode.BadRequest, "too-many-rows", "too-many-rows")]
    public async Task A_failure_is_an_ordinary_error_and_leaves_no_file(
        string route, HttpStatusCode status, string type, string failure)
    {
        Assert.SkipUnless(route != "disk-full" || File.Exists("/dev/full"), "Linux has a device that is always full.");
        var before = await FailedAsync(failure);

        using var answer = await GetAsync(route);

        Assert.Equal(status, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentDisposition);
        Assert.Null(answer.Headers.ETag);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
        Assert.Equal(before + 1, await FailedAsync(failure));
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(_app.DataDirectory, "exports")), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Work_stops_when_the_reader_goes()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var download = _admin.GetAsync(Url("held"), patience.Token);
        var running = await NewestAsync(e => e.State == ExportState.Running);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        var ended = await NewestAsync(e => e.PublicId == running.PublicId && e.State != ExportState.Running);
        Assert.Equal(ExportState.Cancelled, ended.State);
        Assert.Empty(Directory.GetFiles(Path.Combine(_app.DataDirectory, "exports"), $"{running.PublicId}*"));
    }

    [Fact]
    public async Task Too_many_downloads_at_once_are_told_to_come_back()
    {
        var (kept, _) = await KeptAsync("small");
        var first = GetAsync("held");
        var second = GetAsync("held");
        await Eventually.ReadAsync(() => CountAsync(e => e.State == ExportState.Running), count => count == 2);
        using var again = await _admin.GetAsync(kept, TestContext.Current.CancellationToken);
        using var file = await GetAsync("small");
        using var live = await (await _app.SignInAsync("admin@alpha.example")).GetAsync(
            new Uri("/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", UriKind.Relative),
            TestContext.Current.CancellationToken);
        server.Go.Set();

        Assert.All([file, live], refused =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);
        });
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("small")).StatusCode);
    }

    [Fact]
    public async Task Slow_readers_of_finished_files_keep_nobody_out()
    {
        var (kept, whole) = await KeptAsync("large");
        Uri[] files = [Url("large"), Url("large"), kept, kept];
        var slow = new List<HttpResponseMessage>();
        foreach (var file in files)
        {
            slow.Add(await _admin.GetAsync(file, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
        }

        using var answer = await GetAsync("small");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var reader in slow)
        {
            Assert.Equal(whole, await reader.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            reader.Dispose();
        }
    }

    private static Uri Url(string route) => new($"/test/alpha-main/{route}", UriKind.Relative);

    private Task<HttpResponseMessage> GetAsync(string route) =>
        _admin.GetAsync(Url(route), TestContext.Current.CancellationToken);

    /// <summary>Makes an export; the address of its file, and its content.</summary>
    private async Task<(Uri File, byte[] Whole)> KeptAsync(string route)
    {
        using var made = await GetAsync(route);
        return (
            new Uri($"/exports/{made.Headers.GetValues("X-Export-Id").Single()}/file", UriKind.Relative),
            await made.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task<HttpResponseMessage> RangeAsync(Uri url, RangeItemHeaderValue range, EntityTagHeaderValue? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Range = new RangeHeaderValue(range.From, range.To);
        request.Headers.IfRange = ifRange is null ? null : new RangeConditionHeaderValue(ifRange);
        return await _admin.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<int> FailedAsync(string failure) =>
        CountAsync(e => e.State == ExportState.Failed && e.Failure == failure);

    private async Task<int> CountAsync(System.Linq.Expressions.Expression<Func<Export, bool>> which)
    {
        await using var db = await _app.ContextAsync();
        return await db.Exports.CountAsync(which, TestContext.Current.CancellationToken);
    }

    /// <summary>The newest such export, once there is one.</summary>
    private async Task<Export> NewestAsync(System.Linq.Expressions.Expression<Func<Export, bool>> which) =>
        (await Eventually.ReadAsync(
            async () =>
            {
                await using var db = await _app.ContextAsync();
                return await db.Exports.Where(which).OrderByDescending(e => e.Id)
                    .FirstOrDefaultAsync(TestContext.Current.CancellationToken);
            },
            export => export is not null))!;

    private Task<Export> RowAsync(string exportId) => NewestAsync(e => e.PublicId == exportId);
}
