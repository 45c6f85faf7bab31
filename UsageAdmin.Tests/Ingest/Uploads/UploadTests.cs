using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Ingest.Uploads;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Uploads;

public sealed class UploadTests : IAsyncLifetime
{
    private const string Admin = "wsadmin@alpha.example";

    private UsageAdminApp _app = null!;
    private Uploader _uploader = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await UsageAdminApp.StartAsync("--Ingest:MaxUploadBytes=9000000000000000000");
        _uploader = await Uploader.SignInAsync(_app, Admin);
    }

    public async ValueTask DisposeAsync()
    {
        _uploader.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_file_in_chunks_arrives_as_it_is()
    {
        var file = Bytes(5_000_000);
        var id = await _uploader.BegunAsync("chats.json", file.Length);

        foreach (var offset in new[] { 0, 2_000_000, 4_000_000 })
        {
            using var sent = await _uploader.SendAsync(id, offset, file.AsMemory()[offset..Math.Min(file.Length, offset + 2_000_000)]);
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        }

        Assert.Equal(file, await File.ReadAllBytesAsync(PathOf(id), Token));
        var state = await _uploader.StateAsync(id);
        Assert.Equal(("chats.json", file.Length), ((string?)state["name"], (int)state["received"]!));
        Assert.NotEqual("receiving", (string?)state["state"]);
    }

    [Fact]
    public async Task Whoever_sends_the_same_file_again_goes_on_where_it_stopped_also_after_a_restart()
    {
        var file = Bytes(3_000_000);
        var id = await _uploader.BegunAsync("webui.db", file.Length);
        (await _uploader.SendAsync(id, 0, file.AsMemory(0, 1_000_000))).Dispose();
        await _app.RestartAsync();
        using var later = await Uploader.SignInAsync(_app, Admin);

        using var again = await later.BeginAsync("webui.db", file.Length);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var state = await Uploader.ReadAsync(again);
        Assert.Equal((id, 1_000_000), ((string?)state["id"], (int)state["received"]!));
        (await later.SendAsync(id, 1_000_000, file.AsMemory(1_000_000))).Dispose();
        Assert.Equal(file, await File.ReadAllBytesAsync(PathOf(id), Token));
    }

    [Theory]
    [InlineData("webui2.db", 3_000_000)]
    [InlineData("webui.db", 3_000_001)]
    public async Task Another_file_is_another_upload(string name, int bytes)
    {
        var id = await _uploader.BegunAsync("webui.db", 3_000_000);

        Assert.NotEqual(id, await _uploader.BegunAsync(name, bytes));
    }

    [Fact]
    public async Task A_chunk_that_is_sent_twice_does_no_harm()
    {
        var file = Bytes(3_000_000);
        var id = await _uploader.BegunAsync("chats.json", file.Length);
        (await _uploader.SendAsync(id, 0, file.AsMemory(0, 2_000_000))).Dispose();

        using var twice = await _uploader.SendAsync(id, 0, file.AsMemory(0, 2_000_000));
        using var overlapping = await _uploader.SendAsync(id, 1_000_000, file.AsMemory(1_000_000));
        using var last = await _uploader.SendAsync(id, 1_000_000, file.AsMemory(1_000_000));

        Assert.Equal(2_000_000, (int)(await Uploader.ReadAsync(twice))["received"]!);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (overlapping.StatusCode, last.StatusCode));
        Assert.Equal(file, await File.ReadAllBytesAsync(PathOf(id), Token));
    }

    [Fact]
    public async Task A_chunk_behind_a_gap_is_told_where_to_go_on()
    {
        var file = Bytes(3_000_000);
        var id = await _uploader.BegunAsync("chats.json", file.Length);
        (await _uploader.SendAsync(id, 0, file.AsMemory(0, 1_000_000))).Dispose();

        using var gap = await _uploader.SendAsync(id, 2_000_000, file.AsMemory(2_000_000));
        using var before = await _uploader.SendAsync(id, -1, file.AsMemory(0, 5));

        foreach (var answer in new[] { gap, before })
        {
            var problem = await Uploader.ReadAsync(answer);
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.Equal(("wrong-offset", 1_000_000), ((string?)problem["type"], (int)problem["received"]!));
        }
    }

    [Fact]
    public async Task Another_file_of_the_same_name_and_size_is_refused_and_spoils_nothing()
    {
        var (file, other) = (Bytes(3_000_000), Bytes(3_000_000, seed: 2));
        var id = await _uploader.BegunAsync("webui.db", file.Length);
        (await _uploader.SendAsync(id, 0, file.AsMemory(0, 1_000_000))).Dispose();

        using var mixed = await _uploader.SendAsync(id, 500_000, other.AsMemory(500_000));
        using var longer = await _uploader.SendAsync(id, 1_000_000, Bytes(2_000_001));

        foreach (var answer in new[] { mixed, longer })
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.Equal("other-file", (string?)(await Uploader.ReadAsync(answer))["type"]);
        }

        (await _uploader.SendAsync(id, 1_000_000, file.AsMemory(1_000_000))).Dispose();
        Assert.Equal(file, await File.ReadAllBytesAsync(PathOf(id), Token));
    }

    [Fact]
    public async Task A_chunk_that_breaks_off_does_not_count()
    {
        var file = Bytes(2_000_000);
        var id = await _uploader.BegunAsync("chats.json", file.Length);
        using var content = new BreakingContent(file.AsMemory(0, 700_000), announced: 1_500_000);

        await Assert.ThrowsAnyAsync<Exception>(() => _uploader.Client.PatchAsync($"{_uploader.Uploads}/{id}?offset=0", content, Token));

        Assert.Equal(0, (int)(await _uploader.StateAsync(id))["received"]!);
        await SendUntilTakenAsync(id, 0, file);
        Assert.Equal(file, await File.ReadAllBytesAsync(PathOf(id), Token));
    }

    [Theory]
    [InlineData("", 1, HttpStatusCode.BadRequest, "no-file")]
    [InlineData("folder/", 1, HttpStatusCode.BadRequest, "no-file")]
    [InlineData("a.json", 0, HttpStatusCode.BadRequest, "no-file")]
    [InlineData("a.json", -5, HttpStatusCode.BadRequest, "no-file")]
    [InlineData("a.json", 1L << 60, HttpStatusCode.InsufficientStorage, "no-room")]
    [InlineData("a.json", long.MaxValue, HttpStatusCode.RequestEntityTooLarge, "file-too-large")]
    public async Task What_cannot_be_taken_is_said_before_a_byte_is_sent(
        string name, long bytes, HttpStatusCode status, string type)
    {
        using var answer = await _uploader.BeginAsync(name, bytes);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(type, (string?)(await Uploader.ReadAsync(answer))["type"]);
        await using var db = await _app.ContextAsync();
        Assert.Empty(await db.ImportUploads.ToListAsync(Token));
    }

    [Fact]
    public async Task A_chunk_beyond_the_limit_is_refused()
    {
        var id = await _uploader.BegunAsync("a.json", 100_000_000);

        // So that the answer comes before the body breaks off.
        _uploader.Client.DefaultRequestHeaders.ExpectContinue = true;
        using var answer = await _uploader.SendAsync(id, 0, new byte[UploadEndpoints.MostChunkBytes + 1]);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, (int)(await _uploader.StateAsync(id))["received"]!);
    }

    [Theory]
    [InlineData("{\"name\":\"a\\ud800.json\",\"bytes\":5}")]
    [InlineData("{\"name\":\"a.json\",\"bytes\":1e99}")]
    [InlineData("{\"name\":7}")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_body_that_is_no_file_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await _uploader.Client.PostAsync(_uploader.Uploads, content, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("../../usageadmin.db", "usageadmin.db")]
    [InlineData(@"C:\Users\x\chats.json", "chats.json")]
    [InlineData("<script>alert(1)</script>.json", "script>.json")]
    [InlineData("a\0b\r\nc.json", "a\uFFFDb\uFFFD\uFFFDc.json")]
    [InlineData("=cmd|' '!A0 \u202Egnp.json", "=cmd|' '!A0 \u202Egnp.json")]
    public async Task Names_are_text_and_no_paths(string name, string expected)
    {
        var id = await _uploader.UploadAsync(name, Bytes(10));

        Assert.Equal(expected, (string?)(await _uploader.StateAsync(id))["name"]);
        Assert.Equal([id], Directory.GetFiles(Path.Combine(_app.DataDirectory, "uploads")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_name_that_is_too_long_is_cut_and_still_recognised()
    {
        var name = string.Concat(Enumerable.Repeat("\U0001F600", 200)) + ".json";
        var id = await _uploader.BegunAsync(name, 10);

        Assert.Equal(254, ((string?)(await _uploader.StateAsync(id))["name"])!.Length);
        Assert.Equal(id, await _uploader.BegunAsync(name, 10));
    }

    [Fact]
    public async Task An_upload_that_is_given_up_is_gone()
    {
        var id = await _uploader.BegunAsync("a.json", 20);
        (await _uploader.SendAsync(id, 0, Bytes(10))).Dispose();

        using var ended = await _uploader.Client.DeleteAsync($"{_uploader.Uploads}/{id}", Token);
        using var twice = await _uploader.Client.DeleteAsync($"{_uploader.Uploads}/{id}", Token);
        using var late = await _uploader.SendAsync(id, 10, Bytes(10));

        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.Conflict, HttpStatusCode.Conflict),
            (ended.StatusCode, twice.StatusCode, late.StatusCode));
        Assert.NotEqual(id, await _uploader.BegunAsync("a.json", 20));
        await _app.Services.GetRequiredService<UploadSweep>().RunAsync(Token);
        Assert.False(File.Exists(PathOf(id)));
    }

    [Fact]
    public async Task Uploads_of_others_are_not_there()
    {
        var id = await _uploader.BegunAsync("a.json", 20);
        foreach (var (email, workspace, expected) in new[]
        {
            ("admin@alpha.example", "alpha-main", HttpStatusCode.NotFound),
            (Admin, "alpha-lab", HttpStatusCode.NotFound),
            ("admin@beta.example", "alpha-main", HttpStatusCode.NotFound),
            ("member@alpha.example", "alpha-main", HttpStatusCode.Forbidden),
        })
        {
            using var other = await Uploader.SignInAsync(_app, email, workspace);
            using var state = await other.Client.GetAsync($"{other.Uploads}/{id}", Token);
            using var chunk = await other.SendAsync(id, 0, Bytes(20));
            using var ended = await other.Client.DeleteAsync($"{other.Uploads}/{id}", Token);

            Assert.All([state, chunk, ended], answer => Assert.Equal(expected, answer.StatusCode));
        }

        Assert.Equal((0, "receiving"), await ReceivedAsync(id));
    }

    [Fact]
    public async Task Forged_requests_are_refused()
    {
        var id = await _uploader.BegunAsync("a.json", 20);
        using var forger = await _app.SignInAsync(Admin);
        using var chunk = new ByteArrayContent(Bytes(20));

        using var begun = await forger.PostAsJsonAsync(_uploader.Uploads, new { name = "b.json", bytes = 5 }, Token);
        using var sent = await forger.PatchAsync($"{_uploader.Uploads}/{id}?offset=0", chunk, Token);
        using var ended = await forger.DeleteAsync($"{_uploader.Uploads}/{id}", Token);
        _uploader.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var crossSite = await _uploader.SendAsync(id, 0, Bytes(20));

        Assert.All([begun, sent, ended], answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
        Assert.Equal(HttpStatusCode.Forbidden, crossSite.StatusCode);
        await using var db = await _app.ContextAsync();
        Assert.Equal(0, (await db.ImportUploads.SingleAsync(Token)).Received);
    }

    [Fact]
    public async Task Uploads_that_do_not_get_on_are_swept_with_files_that_nobody_owns()
    {
        var (old, young) = (await _uploader.BegunAsync("old.json", 20), await _uploader.BegunAsync("young.json", 20));
        foreach (var id in new[] { old, young })
        {
            (await _uploader.SendAsync(id, 0, Bytes(10))).Dispose();
        }

        await File.WriteAllTextAsync(PathOf("stray"), "x", Token);
        await using (var db = await _app.ContextAsync())
        {
            await db.ImportUploads.Where(u => u.PublicId == old)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.SeenAtUtc, DateTime.UtcNow.AddHours(-25)), Token);
        }

        await _app.Services.GetRequiredService<UploadSweep>().RunAsync(Token);

        Assert.Equal([young], Directory.GetFiles(Path.Combine(_app.DataDirectory, "uploads")).Select(Path.GetFileName));
        Assert.Equal("ended", (await ReceivedAsync(old)).State);
        Assert.Equal("receiving", (await ReceivedAsync(young)).State);
    }

    /// <summary>After a break the server may still hold the file.</summary>
    private Task<HttpStatusCode> SendUntilTakenAsync(string id, long offset, byte[] file) => Eventually.ReadAsync(
        async () =>
        {
            using var sent = await _uploader.SendAsync(id, offset, file);
            return sent.StatusCode;
        },
        status => status == HttpStatusCode.OK);

    private async Task<(long Received, string State)> ReceivedAsync(string id)
    {
        await using var db = await _app.ContextAsync();
        var row = await db.ImportUploads.SingleAsync(u => u.PublicId == id, Token);
        return (row.Received, UploadView.NameOf(row.State));
    }

    private string PathOf(string id) => Path.Combine(_app.DataDirectory, "uploads", id);

    /// <summary>Bytes that no format looks like.</summary>
    private static byte[] Bytes(int count, int seed = 1)
    {
        var random = new Random(seed);
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Sends less than it announces.</summary>
    private sealed class BreakingContent(ReadOnlyMemory<byte> part, long announced) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(part);
            await stream.FlushAsync();
            throw new IOException("The line is cut.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = announced;
            return true;
        }
    }
}
