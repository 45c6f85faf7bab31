using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using UsageAdmin.Activity;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Generator;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

/// <summary>Files so large that two threads write them.</summary>
public sealed class ActivityByTwoThreadsTests : IAsyncLifetime
{
    private const int Conversations = 3_000;

    private TestDatabase _test = null!;

    /// <summary>SQLite has snapshots as long as its log is there, which goes with the last connection.</summary>
    private UsageSession _open = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await TestDatabase.CreateAsync();
        _open = _test.Database.OpenWrite();
        await ImportAsync(seed: 1);
    }

    public ValueTask DisposeAsync()
    {
        _open.Dispose();
        return _test.DisposeAsync();
    }

    [Fact]
    public async Task The_file_is_that_of_one_thread_and_of_one_snapshot()
    {
        using var session = _test.Database.OpenRead();
        var selection = Select(session);
        using var second = new ActivityThreads(_test.Database).TakeSecond(session, selection);
        Assert.NotNull(second);
        var (alone, rows) = await WriteAsync(session, null, selection);
        Assert.Equal(Conversations, rows);

        await ImportAsync(seed: 2);
        var (byTwo, _) = await WriteAsync(session, second.Session, selection);

        Assert.True(alone.AsSpan().SequenceEqual(byTwo));
    }

    [Fact]
    public async Task The_file_has_each_conversation_and_message_of_the_database()
    {
        using var session = _test.Database.OpenRead();

        var (bytes, _) = await WriteAsync(session, null, Select(session));

        using var file = JsonDocument.Parse(bytes);
        var conversations = file.RootElement.GetProperty("conversations").EnumerateArray().ToList();
        Assert.Equal(Count("conversation"), conversations.Count);
        Assert.Equal(
            Count($"message WHERE source <= {(int)MessageSource.UserStart} AND marks & {(int)MessageMarks.NotExported} = 0"),
            conversations.Sum(c => c.GetProperty("messages").GetArrayLength()));

        long Count(string rows) => session.Prepare($"SELECT count(*) FROM {rows}").FirstNumber()!.Value;
    }

    /// <summary>Without a filter rows are read side by side, with one each conversation's are looked up.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_file_has_the_same_conversations_where_a_filter_names_everybody(bool identified)
    {
        var ties = new[] { "z", "b", "q", "a" }.Select(id =>
        {
            var tie = Some.Conversation(id, messages: [Some.Message("m1"), Some.Message("m2", source: MessageSource.System), Some.Message("m3")]);
            tie.Files.Add(new FileItem { Id = "f1", MessageId = "m3", Name = "1" });
            tie.Files.Add(new FileItem { Id = "f2", MessageId = "m3", Name = "2" });
            tie.Moderation.Add(new ModerationItem { Id = "md", MessageId = "m1", Results = [new("violence", true, 0.5, null)] });
            return tie;
        });
        await _test.ImportAsync([.. ties]);
        using var session = _test.Database.OpenRead();
        var users = session.Prepare("SELECT public_id FROM usage_user WHERE organization_id = ?1").Bind(1, _test.Organization.Id);
        var everybody = new List<string>();
        while (users.Step())
        {
            everybody.Add(users.Text(0)!);
        }

        var (whole, rows) = await WriteAsync(session, null, Select(session, identified));
        var (chosen, _) = await WriteAsync(session, null, Select(session, identified, [.. identified
            ? everybody
            : everybody.Select(id => new Pseudonyms(_test.Directory).Of(_test.Organization, id))]));

        Assert.Equal(Conversations + 4, rows);
        Assert.Equal(ConversationsOf(whole), ConversationsOf(chosen));

        static string ConversationsOf(byte[] file) => Encoding.UTF8.GetString(file).Split("\"conversations\":[")[1];
    }

    [Fact]
    public async Task A_failure_of_either_thread_is_that_of_the_file()
    {
        using var session = _test.Database.OpenRead();
        var second = _test.Database.OpenRead();
        second.Dispose();
        var destination = new MemoryStream();

        await Assert.ThrowsAnyAsync<Exception>(
            () => WriteAsync(session, second, Select(session), PipeWriter.Create(destination)));

        Assert.DoesNotContain("\"filters\":", Encoding.UTF8.GetString(destination.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_export_at_a_time_has_a_second_thread()
    {
        using var session = _test.Database.OpenRead();
        var threads = new ActivityThreads(_test.Database);

        using (threads.TakeSecond(session, Select(session)))
        {
            Assert.Null(threads.TakeSecond(session, Select(session)));
        }

        using var next = threads.TakeSecond(session, Select(session));
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Both_threads_stop_when_the_reader_goes()
    {
        using var session = _test.Database.OpenRead();
        using var second = _test.Database.OpenBeside(session);
        var pipe = new Pipe();
        var writing = WriteAsync(session, second, Select(session), pipe.Writer);
        await pipe.Reader.ReadAsync(Cancellation);
        await pipe.Reader.CompleteAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => writing);
    }

    private async Task<(byte[] File, long Rows)> WriteAsync(
        UsageSession session, UsageSession? second, ActivitySelection selection)
    {
        var stream = new MemoryStream();
        var (rows, bytes) = await WriteAsync(session, second, selection, PipeWriter.Create(stream));
        Assert.Equal(stream.Length, bytes);
        return (stream.ToArray(), rows);
    }

    private Task<(long Rows, long Bytes)> WriteAsync(
        UsageSession session, UsageSession? second, ActivitySelection selection, PipeWriter destination) =>
        ActivityJson.WriteAsync(
            session, second, selection, new Pseudonyms(_test.Directory), DateTime.UnixEpoch, destination, null, Cancellation);

    private ActivitySelection Select(UsageSession session, bool identified = true, params IReadOnlyList<string> users)
    {
        var days = new DateRange(new(2026, 1, 1), new(2026, 1, 31));
        return ActivitySelection.Resolve(
            session, new ActivityScope(_test.Organization, _test.Workspace, identified),
            ActivityFilter.Empty with { Days = days, Users = users }, days, new Pseudonyms(_test.Directory), out _);
    }

    private async Task ImportAsync(ulong seed)
    {
        var options = new GenerateOptions(
            Conversations, seed, new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31),
            TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        await new ImportWriter(_test.Database, TimeProvider.System).WriteAsync(
            new ActivityGenerator(options).Items().ToAsyncEnumerable(),
            new ImportRequest("items", "test", TestDatabase.WorkspacePublicId), Cancellation);
    }
}
