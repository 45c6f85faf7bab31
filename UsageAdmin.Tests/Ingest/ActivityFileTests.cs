using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Activity;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.ActivityFile;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

public sealed partial class ActivityFileTests : IngestTest
{
    private static readonly string[] Sample =
    [
        """{"type":"user","id":"u1","email":"ann@x.example","name":"Ann"}""",
        """{"type":"app","id":"a1","name":"Helper \"x\""}""",
        """{"type":"conversation","id":"c1","user_id":"u1","app_id":"a1","model":"gpt","temperature":0.7,"created_at":"2026-01-05T10:00:00Z"}""",
        """{"type":"message","id":"x1","conversation_id":"c1","source":"user-start","content":"**Q:** a","created_at":"2026-01-05T10:00:00Z"}""",
        """{"type":"message","id":"x2","conversation_id":"c1","parent_id":"x1","source":"user","content":"hi \u0007 \"you\" ü😀","created_at":"2026-01-05T10:00:01.250Z"}""",
        """{"type":"message","id":"x3","conversation_id":"c1","parent_id":"x2","source":"provider","content":"first","active":false,"created_at":"2026-01-05T10:00:02Z"}""",
        """{"type":"message","id":"x4","conversation_id":"c1","parent_id":"x2","source":"provider","content":null,"model":"gpt-2","created_at":"2026-01-05T10:00:02Z"}""",
        """{"type":"message","id":"x5","conversation_id":"c1","parent_id":"x4","source":"system","content":"hidden","created_at":"2026-01-05T10:00:02Z"}""",
        """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"x3","flags":["biased","inappropriate"]}""",
        """{"type":"moderation","id":"d1","conversation_id":"c1","message_id":"x2","flagged":true,"moderated":true,"categories":{"violence":0.98,"hate":0.125},"created_at":"2026-01-05T10:00:01Z"}""",
        """{"type":"moderation","id":"d2","conversation_id":"c1","message_id":"x2","flagged":false,"categories":{"self-harm":null}}""",
        """{"type":"file","id":"fl1","conversation_id":"c1","message_id":"x2","name":"a.pdf","media_type":"application/pdf","bytes":12,"uploaded_at":"2026-01-05T09:59:00Z"}""",
        """{"type":"file","id":"fl2","conversation_id":"c1","message_id":"x2","name":"b.pdf"}""",
        """{"type":"file","id":"fl1","conversation_id":"c1","message_id":"x1","name":"a.pdf"}""",
        """{"type":"conversation","id":"c0","created_at":"2026-01-07T10:00:00Z","ended_at":"2026-01-07T11:00:00Z"}""",
        """{"type":"conversation","id":"c2","user_id":"u2","created_at":"2026-01-06T10:00:00Z"}""",
        """{"type":"message","id":"y1","conversation_id":"c2","source":"user","content":"","created_at":"2026-01-09T10:00:00Z"}""",
    ];

    [Fact]
    public async Task An_export_comes_back_in_and_out_as_the_same_file()
    {
        await ImportAsync(Sample);
        var exported = await ExportAsync(Database);
        await using var other = await TestDatabase.CreateAsync();

        var report = await ImportAsync(other, exported);
        Assert.Empty(report.Problems);
        Assert.Equal(WithoutTime(exported), WithoutTime(await ExportAsync(other)));

        var again = await ImportAsync(other, exported);
        Assert.All(again.Counts.Values, counts => Assert.Equal((0, 0), (counts.Created, counts.Changed)));
        Assert.Equal(WithoutTime(exported), WithoutTime(await ExportAsync(other)));
    }

    [Fact]
    public async Task A_pseudonymous_export_comes_in_too()
    {
        await ImportAsync(Sample);
        var exported = await ExportAsync(Database, isIdentified: false);
        await using var other = await TestDatabase.CreateAsync();
        var report = await ImportAsync(other, exported);

        Assert.Empty(report.Problems);
        Assert.Equal(3, report.Counts["conversations"].Created);
        Assert.Equal(5, report.Counts["messages"].Created);
    }

    [Fact]
    public async Task Flags_that_a_later_export_no_longer_has_are_taken_back()
    {
        await ImportAsync(Sample);
        var exported = await ExportAsync(Database);
        await using var other = await TestDatabase.CreateAsync();
        await ImportAsync(other, exported);
        await ImportAsync("""{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"x3","flags":[]}""");
        exported = await ExportAsync(Database);
        await ImportAsync(other, exported);

        Assert.Equal(WithoutTime(exported), WithoutTime(await ExportAsync(other)));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_says_so_and_keeps_what_was_read()
    {
        await ImportAsync(Sample);
        var exported = await ExportAsync(Database);
        await using var other = await TestDatabase.CreateAsync();
        var report = await ImportAsync(other, exported[..exported.IndexOf("\"conversationId\":\"c0\"", StringComparison.Ordinal)]);

        Assert.Equal(ImportState.Failed, report.State);
        Assert.Contains("cut off", report.Failure, StringComparison.Ordinal);
        Assert.Equal(2, report.Counts["conversations"].Created);

        var unclosed = await ImportAsync(other, exported.TrimEnd()[..^1]);
        Assert.Equal(ImportState.Failed, unclosed.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("hello")]
    [InlineData("{}")]
    [InlineData("""{"workspaceId":"w","conversations":{}}""")]
    public async Task Another_file_is_not_imported_at_all(string file)
    {
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportAsync(Database, file));

        Assert.Empty(Rows("SELECT 1 FROM import"));
    }

    [Fact]
    public async Task A_bad_conversation_is_refused_and_the_rest_goes_on()
    {
        var report = await ImportAsync(Database,
            """{"conversations":[{"conversationId":"c1","createdAt":"yesterday"},{"createdAt":null},{"conversationId":"c3","createdAt":"2026-01-05T10:00:00.000Z","messages":[{"source":"robot"}]},{"conversationId":"c4","createdAt":"2026-01-05T10:00:00.000Z","extra":[{}]}]}""");

        Assert.Equal(["1 invalid-value createdAt", "2 missing-field conversationId", "3 invalid-value source"],
            report.Problems.Select(p => $"{p.Line} {p.Code} {p.Field}"));
        Assert.Equal(["c4"], Rows("SELECT external_id FROM conversation"));
    }

    private static string WithoutTime(string export) => ExportedAt().Replace(export, "");

    [GeneratedRegex("\"exportedAt\":\"[^\"]*\"")]
    private static partial Regex ExportedAt();

    private static Task<ImportReport> ImportAsync(TestDatabase database, string file)
    {
        var path = database.Write("activity.json", Encoding.UTF8.GetBytes(file));
        var service = new ImportService([new ActivityFileReader()], new ImportWriter(database.Database, TimeProvider.System), database.Directory);
        return service.RunAsync(new ImportRequest(path, "activity", TestDatabase.WorkspacePublicId), Cancellation);
    }

    private static async Task<string> ExportAsync(TestDatabase database, bool isIdentified = true)
    {
        var export = new ActivityExport(database.Database, new Pseudonyms(database.Directory), TimeProvider.System);
        var filter = ActivityFilter.Parse(
            [new("from", new StringValues("2026-01-01")), new("to", new StringValues("2026-01-31"))], out _);
        using var prepared = export.Prepare(
            new ActivityScope(database.Organization, database.Workspace, isIdentified), filter, out var problems);
        Assert.Empty(problems);
        using var target = new MemoryStream();
        var pipe = PipeWriter.Create(target, new StreamPipeWriterOptions(leaveOpen: true));
        await prepared!.WriteAsync(pipe, Cancellation);
        await pipe.CompleteAsync();
        return Encoding.UTF8.GetString(target.ToArray());
    }
}
