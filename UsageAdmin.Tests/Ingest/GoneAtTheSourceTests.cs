using System.Runtime.CompilerServices;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

/// <summary>What a newer, complete file no longer holds stays, counts, and is marked (ingest.md 4.1).</summary>
public sealed class GoneAtTheSourceTests : IngestTest
{
    [Fact]
    public async Task What_vanished_is_marked_once_and_comes_back()
    {
        await WriteAsync(Completeness.All, ["c1", "c2", "c3"]);

        var report = await WriteAsync(Completeness.All, ["c1"]);

        Assert.Equal(2, report.Gone);
        Assert.Equal(["c1|", $"c2|{report.ImportId}", $"c3|{report.ImportId}"], Marks());
        Assert.Equal(0, (await WriteAsync(Completeness.All, ["c1"])).Gone);

        report = await WriteAsync(Completeness.All, ["c1", "c3"]);

        Assert.Equal(1, report.Counts["conversations"].Changed);
        Assert.Equal(["c1|", "c2|2", "c3|"], Marks());
    }

    [Fact]
    public async Task A_part_of_the_source_says_nothing_of_the_rest()
    {
        await WriteAsync(Completeness.All, ["c1", "c2"]);

        Assert.Equal(0, (await WriteAsync(Completeness.None, ["c1"])).Gone);
        Assert.Equal(["c1|", "c2|"], Marks());
    }

    [Fact]
    public async Task A_file_of_one_person_speaks_for_that_person_alone()
    {
        await WriteAsync(Completeness.All, ["c1", "c2"], "ann");
        await WriteAsync(Completeness.People, ["c3", "c4"], "bob");

        var report = await WriteAsync(Completeness.People, ["c3"], "bob");

        Assert.Equal(["c1|", "c2|", "c3|", $"c4|{report.ImportId}"], Marks());
    }

    [Fact]
    public async Task Other_sources_keep_what_they_have()
    {
        await WriteAsync(Completeness.All, ["c1"]);

        await WriteAsync(Completeness.All, ["c2"], source: "other");

        Assert.Equal(["c1|", "c2|"], Marks());
    }

    [Fact]
    public async Task Nothing_is_gone_where_a_record_was_refused_or_the_file_was_cut_off()
    {
        await WriteAsync(Completeness.All, ["c1", "c2"]);

        var refused = await WriteAsync(Completeness.All, ["c1"], more: new ProblemItem(Refused: true, "invalid", null, "x"));
        var cut = await WriteAsync(Completeness.All, ["c1"], failure: new UnreadableFileException("cut off"));

        Assert.Equal("gone-not-checked", refused.Problems[^1].Code);
        Assert.Equal((0, 0), (refused.Gone, cut.Gone));
        Assert.Equal(["c1|", "c2|"], Marks());
    }

    [Fact]
    public async Task An_empty_file_takes_nothing_away()
    {
        await WriteAsync(Completeness.All, ["c1"]);

        Assert.Equal(0, (await WriteAsync(Completeness.None, [])).Gone);
        Assert.Equal(["c1|"], Marks());
    }

    [Fact]
    public async Task People_and_things_that_a_complete_list_no_longer_has_are_marked()
    {
        await WriteAsync(Completeness.All, ["c1"], more: new AppItem { Id = "a1", Name = "Helper" });

        var report = await WriteAsync(Completeness.All, ["c1"], more: new AppItem { Id = "a2", Name = "Other" });

        Assert.Equal([$"a1|{report.ImportId}", "a2|"], Rows("SELECT public_id, missing_since_import_id FROM app ORDER BY 1"));
    }

    private string[] Marks() => Rows("SELECT external_id, missing_since_import_id FROM conversation ORDER BY 1");

    private Task<ImportReport> WriteAsync(
        Completeness completeness, string[] ids, string user = "ann", string source = "chat", ImportItem? more = null,
        Exception? failure = null) =>
        new ImportWriter(Database.Database, TimeProvider.System).WriteAsync(
            ItemsAsync(completeness, ids, user, more, failure, Cancellation),
            new ImportRequest("items", "test", TestDatabase.WorkspacePublicId) { SourceName = source }, Cancellation);

    private static async IAsyncEnumerable<ImportItem> ItemsAsync(
        Completeness completeness, string[] ids, string user, ImportItem? more, Exception? failure,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return new HeaderItem { Completeness = completeness };
        foreach (var id in ids)
        {
            yield return new ConversationItem
            {
                Id = id,
                HasHeader = true,
                UserId = user,
                CreatedAtUtc = new DateTime(2026, 1, 5, 10, 0, 0, DateTimeKind.Utc),
            };
        }

        if (more is not null)
        {
            yield return more;
        }

        if (failure is not null)
        {
            throw failure;
        }
    }
}
