using System.IO.Pipelines;
using UsageAdmin.Activity;
using UsageAdmin.Exports;
using UsageAdmin.Ingest.Generator;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

/// <summary>Neither objects nor strings per message.</summary>
[Collection(Allocations.Name)]
public sealed class ActivityAllocationTests : IAsyncLifetime
{
    private static readonly DateRange January = new(new(2026, 1, 1), new(2026, 1, 31));

    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync()
    {
        TestEngine.SkipUnlessSqlite();
        _test = await TestDatabase.CreateAsync();
    }

    public ValueTask DisposeAsync() => _test?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The bound is twice what was measured, a ninth of what strings of the texts would take.</summary>
    [Fact]
    public async Task A_conversation_takes_little_memory()
    {
        var options = new GenerateOptions(
            Conversations: 2_000, Seed: 1, January.From, January.To, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
        await _test.ImportAsync([.. new ActivityGenerator(options).Items()]);

        Assert.InRange(Export().Allocated / options.Conversations, 1, 1_600);
    }

    [Fact]
    public async Task All_texts_together_take_less_memory_than_one_of_them()
    {
        const int Characters = 20_000;
        const int Texts = 200;
        await ImportAsync("");
        var (empty, _) = Export();

        await ImportAsync(string.Concat(Enumerable.Repeat("\"ä\"\n", Characters / 4)));
        var (full, written) = Export();

        Assert.True(written > Texts * Characters);
        Assert.InRange(full - empty, -Characters, Characters);

        async Task ImportAsync(string text) => await _test.ImportAsync(
        [
            .. Enumerable.Range(0, Texts).Select(i => Some.Conversation(
                $"c{i}", Some.Morning.AddMinutes(i), messages: Some.Message("m", text))),
        ]);
    }

    /// <returns>Bytes of memory, and of the file.</returns>
    private (long Allocated, long Written) Export()
    {
        var bytes = 0L;
        var allocated = Allocations.Of(() => bytes = Write());
        return (allocated, bytes);
    }

    private long Write()
    {
        using var session = _test.Database.OpenRead();
        var pseudonyms = new Pseudonyms(_test.Directory);
        var selection = ActivitySelection.Resolve(
            session, new ActivityScope(_test.Organization, _test.Workspace, Identified: true),
            ActivityFilter.Empty with { Days = January }, January, pseudonyms, out _);
        var written = ActivityJson.WriteAsync(
            session, second: null, selection, pseudonyms, DateTime.UnixEpoch, PipeWriter.Create(Stream.Null), progress: null,
            TestContext.Current.CancellationToken);
        Assert.True(written.IsCompletedSuccessfully);
        return written.Result.Bytes;
    }
}
