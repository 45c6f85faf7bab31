using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

public sealed class ImportWriterTests : IngestTest
{
    private static ConversationItem Conversation(int number)
    {
        var conversation = new ConversationItem
        {
            Id = $"c{number}",
            Line = number,
            HasHeader = true,
            CreatedAtUtc = new DateTime(2026, 1, 31, 22, 0, 0, DateTimeKind.Utc).AddMinutes(number),
        };
        for (var i = 0; i < 100; i++)
        {
            conversation.Messages.Add(new MessageItem { Id = $"m{i}", Source = MessageSource.User, Content = "hello"u8.ToArray() });
        }

        return conversation;
    }

    private static async IAsyncEnumerable<ImportItem> FailingItems(
        Exception failure, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 1; i <= 120; i++)
        {
            yield return Conversation(i);
        }

        await Task.Yield();
        throw failure;
    }

    [Fact]
    public async Task Others_write_while_an_import_runs()
    {
        var import = WriteAsync(Enumerable.Range(1, 2_000).Select(ImportItem (i) => Conversation(i)).ToAsyncEnumerable());
        var written = 0;
        while (!import.IsCompleted)
        {
            // As signing in, the audit log and other imports do.
            await using (var db = Database.Context())
            {
                await db.Organizations.ExecuteUpdateAsync(set => set.SetProperty(o => o.Name, $"Name {written}"), Cancellation);
            }

            using var session = Database.Database.OpenWrite();
            session.Begin();
            session.Execute("UPDATE organization SET name = 'Acme'");
            session.Commit();
            written += import.IsCompleted ? 0 : 1;
        }

        await import;
        Assert.InRange(written, 5, int.MaxValue);
    }

    private Task<ImportReport> WriteAsync(IAsyncEnumerable<ImportItem> items) =>
        new ImportWriter(Database.Database, TimeProvider.System).WriteAsync(
            items, new ImportRequest("items", "test", "acme-main"), Cancellation);

    [Fact]
    public async Task A_failure_leaves_the_import_failed_and_what_was_committed_consistent()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(FailingItems(new InvalidOperationException("broken"), Cancellation)));

        Assert.Equal(["2|120|120"], Rows("SELECT state, conversations_created, position FROM import"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task A_failure_while_writing_loses_the_running_batch_alone()
    {
        var items = Enumerable.Range(1, 250).Select(ImportItem (i) => Conversation(i)).Append(new UnknownItem()).ToAsyncEnumerable();
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(items));

        var committed = Assert.Single(Rows("SELECT count(*) FROM conversation"));
        Assert.InRange(int.Parse(committed, CultureInfo.InvariantCulture), 1, 250);
        Assert.Equal([$"2|{committed}|{committed}"], Rows("SELECT state, conversations_created, position FROM import"));
        Assert.Equal([committed], Rows("SELECT next_conversation_no - 1 FROM workspace"));
        new Recount(Rows).AssertExact();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WriteAsync(new ImportItem[] { Conversation(251), new UnknownItem() }.ToAsyncEnumerable()));
        Assert.Equal([committed], Rows("SELECT count(*) FROM conversation"));
    }

    [Fact]
    public async Task An_unreadable_file_is_reported_and_keeps_what_was_read()
    {
        var report = await WriteAsync(FailingItems(new UnreadableFileException("cut off"), Cancellation));

        Assert.Equal((ImportState.Failed, "cut off"), (report.State, report.Failure));
        Assert.Equal(["120"], Rows("SELECT count(*) FROM conversation"));
    }

    [Fact]
    public async Task The_report_names_the_months_of_the_organisations_zone_and_how_far_the_data_reaches()
    {
        var report = await WriteAsync(Enumerable.Range(1, 90).Select(ImportItem (i) => Conversation(i)).ToAsyncEnumerable());

        Assert.Equal(["2026-01", "2026-02"], report.MonthsMoved);
        Assert.Equal(new DateTime(2026, 1, 31, 23, 30, 0, DateTimeKind.Utc), report.DataUntilUtc);
        Assert.Equal((9000, 90), (report.Counts["messages"].Created, report.Counts["conversations"].Created));
        Assert.Equal(["2026-01,2026-02|1"], Rows("SELECT months_moved, state FROM import"));
    }

    private sealed record UnknownItem : ImportItem;
}
