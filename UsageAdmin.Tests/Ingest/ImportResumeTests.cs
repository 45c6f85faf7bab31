using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

/// <summary>Imports that stopped before their end and go on (decisions.md 16).</summary>
public sealed class ImportResumeTests : IngestTest
{
    private const int Conversations = 45_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_goes_on_where_it_stopped(bool isKilled)
    {
        var path = Write();
        var importId = await StopAsync(path);
        var done = long.Parse(Rows("SELECT count(*) FROM conversation").Single(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(done, 1, Conversations - 1);
        if (isKilled)
        {
            using var session = Database.Database.OpenWrite();
            session.Execute($"UPDATE import SET state = {(int)ImportState.Running}, finished_at = NULL, seen_at = seen_at - 61000");
        }

        var report = await Service().ResumeAsync(importId, path, progress: null, Cancellation);

        Assert.Equal(importId, report.ImportId);
        Assert.Equal((Conversations, 0L, 0L), (report.Counts["conversations"].Created, report.Counts["conversations"].Changed,
            report.Counts["conversations"].Unchanged));
        Assert.Equal((1, ImportState.Finished), (report.Refused, report.State));
        Assert.Equal([$"{Conversations}|1"], Rows("SELECT count(*), count(DISTINCT created_by_import_id) FROM conversation"));
        Assert.Equal([$"1|1|{Conversations + 3}"], Rows("SELECT count(*), sum(CASE state WHEN 1 THEN 1 ELSE 0 END), sum(items) FROM import"));
        Assert.Single(Rows("SELECT * FROM import_problem"));
    }

    [Fact]
    public async Task An_import_that_was_asked_to_stop_keeps_what_it_has()
    {
        var path = Write();
        var asked = new Asked(() =>
        {
            using var session = Database.Database.OpenWrite();
            session.Execute("UPDATE import SET cancel_requested_at = 1");
        });

        var report = await Service().RunAsync(new ImportRequest(path, "ndjson", TestDatabase.WorkspacePublicId), asked, Cancellation);

        Assert.Equal(ImportState.Cancelled, report.State);
        Assert.Null(report.Failure);
        Assert.Equal(["4"], Rows("SELECT state FROM import"));
        report = await Service().ResumeAsync(report.ImportId, path, progress: null, Cancellation);
        Assert.Equal(Conversations, report.Counts["conversations"].Created);
    }

    [Fact]
    public async Task Another_file_and_a_finished_or_running_import_do_not_go_on()
    {
        var path = Write();
        var importId = await StopAsync(path);
        var other = Database.Write("other.ndjson", Encoding.UTF8.GetBytes(Header));

        await Assert.ThrowsAsync<ImportTargetException>(() => Service().ResumeAsync(importId, other, null, Cancellation));
        await Service().ResumeAsync(importId, path, null, Cancellation);
        await Assert.ThrowsAsync<ImportTargetException>(() => Service().ResumeAsync(importId, path, null, Cancellation));
        using (var session = Database.Database.OpenWrite())
        {
            session.Execute("UPDATE import SET state = 0");
        }

        await Assert.ThrowsAsync<ImportTargetException>(() => Service().ResumeAsync(importId, path, null, Cancellation));
        await Assert.ThrowsAsync<ImportTargetException>(() => Service().ResumeAsync(999, path, null, Cancellation));
    }

    [Fact]
    public async Task Progress_is_told_up_to_the_end_of_the_file()
    {
        var told = new List<ImportProgress>();

        await Service().RunAsync(
            new ImportRequest(Write(), "ndjson", TestDatabase.WorkspacePublicId), new Asked(told.Add), Cancellation);

        Assert.Equal(Conversations, told[^1].Conversations);
        Assert.Equal(1, told[^1].Share);
        Assert.Equal(told.Select(t => t.Share), told.Select(t => t.Share).Order());
    }

    /// <summary>Stops the import after its first batches.</summary>
    private async Task<long> StopAsync(string path)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Service().RunAsync(
            new ImportRequest(path, "ndjson", TestDatabase.WorkspacePublicId), new Asked(stop.Cancel), stop.Token));
        return long.Parse(Rows("SELECT id FROM import").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private string Write() => Database.Write("long.ndjson", Encoding.UTF8.GetBytes(string.Join('\n',
    [
        Header, "nonsense", """{"type":"user","id":"u1","name":"Ann"}""",
        .. Enumerable.Range(1, Conversations).Select(i =>
            $$"""{"type":"conversation","id":"c{{i}}","user_id":"u1","created_at":"2026-01-05T10:00:00Z"}"""),
    ])));

    private sealed class Asked(Action<ImportProgress> action) : IProgress<ImportProgress>
    {
        public Asked(Action action) : this(_ => action())
        {
        }

        public void Report(ImportProgress value) => action(value);
    }
}
