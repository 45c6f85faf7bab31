using System.Text;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Ndjson;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest;

public sealed class ImportPrivacyTests : IngestTest
{
    private const string Secret = "canary";

    private static readonly string[] Lines =
    [
        Header,
        """{"type":"user","id":"ann-canary","email":"canary@acme.example","name":"Ann canary","joined_at":"2025-03-01"}""",
        """{"type":"membership","user_id":"ann-canary","role":"admin"}""",
        """{"type":"app","id":"app1","name":"Helper","creator_id":"ann-canary"}""",
        """{"type":"project","id":"p1","name":"P","creator_id":"ann-canary"}""",
        """{"type":"workflow","id":"wf1","name":"W","creator_id":"ann-canary"}""",
        """{"type":"workflow_run","id":"r1","workflow_id":"wf1","user_id":"ann-canary","started_at":"2026-01-05T11:00:00Z"}""",
        """{"type":"usage_event","id":"e1","user_id":"ann-canary","created_at":"2026-01-05T12:00:00Z"}""",
        """{"type":"conversation","id":"c1","user_id":"ann-canary","title":"a title","created_at":"2026-01-05T10:00:00Z"}""",
        """{"type":"message","id":"m1","conversation_id":"c1","source":"provider","content":"a text","created_at":"2026-01-05T10:00:01Z"}""",
        """{"type":"feedback","id":"f1","conversation_id":"c1","message_id":"m1","user_id":"ann-canary","rating":-1,"reason":"a reason","comment":"a comment"}""",
        """{"type":"action","id":"a1","conversation_id":"c1","message_id":"m1","user_id":"ann-canary","name":"web_search"}""",
        """{"type":"file","id":"fl1","conversation_id":"c1","message_id":"m1","name":"a file","media_type":"text/plain","bytes":5}""",
        """{"type":"feedback","id":"f2","conversation_id":"later","message_id":"m1","user_id":"ann-canary","comment":"a comment"}""",
        """{"type":"tombstone","entity":"user","id":"ann-canary","deleted_at":"2026-02-01T00:00:00Z"}""",
    ];

    private Task<ImportReport> ImportAsync(ImportedContent content, ImportedPeople people) => ImportFileAsync(
        Encoding.UTF8.GetBytes(string.Join('\n', Lines)),
        new ImportRequest("", "ndjson", TestDatabase.WorkspacePublicId) { Content = content, People = people });

    [Theory]
    [InlineData(ImportedContent.Full, "a title|a text|a comment|a file|a reason|text/plain")]
    [InlineData(ImportedContent.Metadata, "a title|||a file|a reason|text/plain")]
    [InlineData(ImportedContent.None, "||||a reason|text/plain")]
    public async Task Texts_come_in_as_far_as_is_asked(ImportedContent content, string expected)
    {
        var report = await ImportAsync(content, ImportedPeople.Named);

        Assert.Equal((0, 0), (report.Refused, report.Warnings));
        Assert.Equal([expected], Rows(
            """
            SELECT c.title, m.content, f.comment, l.name, f.reason, l.media_type FROM conversation c, message m, message_feedback f, message_file l
            """));
        Assert.Equal(content == ImportedContent.Full, Dump().Any(row => row.Contains("a comment", StringComparison.Ordinal)));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Without_texts_those_that_are_stored_stay()
    {
        await ImportAsync(ImportedContent.Full, ImportedPeople.Named);
        var before = Stored();

        await ImportAsync(ImportedContent.None, ImportedPeople.Named);

        Assert.Equal(before, Stored());
        IEnumerable<string> Stored() => Dump().Where(row => !row.StartsWith("pending_record", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pseudonymous_people_are_the_same_everywhere_and_named_nowhere()
    {
        await ImportAsync(ImportedContent.Full, ImportedPeople.Pseudonymous);
        await ImportAsync(ImportedContent.Full, ImportedPeople.Pseudonymous);

        var user = Assert.Single(Rows("SELECT public_id, name, email, normalized_email FROM usage_user"));
        Assert.Matches("^person-[0-9a-f]{16}[|]{3}$", user);
        Assert.DoesNotContain(Dump(), row => row.Contains(Secret, StringComparison.Ordinal));
        Assert.Equal(["1|1|1|1|1|1|1|1|1|2"], Rows(
            """
            SELECT (SELECT count(*) FROM conversation WHERE user_id = u.id), (SELECT count(*) FROM message_feedback WHERE user_id = u.id),
                (SELECT count(*) FROM action_use WHERE user_id = u.id), (SELECT count(*) FROM workflow_run WHERE user_id = u.id),
                (SELECT count(*) FROM usage_event WHERE user_id = u.id), (SELECT count(*) FROM app WHERE creator_user_id = u.id),
                (SELECT count(*) FROM project WHERE creator_user_id = u.id), (SELECT count(*) FROM workflow WHERE creator_user_id = u.id),
                u.deleted_at IS NOT NULL, (SELECT max(role) FROM membership WHERE user_id = u.id)
            FROM usage_user u
            """));
    }

    [Fact]
    public async Task Another_instance_gives_another_pseudonym()
    {
        await ImportAsync(ImportedContent.Full, ImportedPeople.Pseudonymous);
        await using var other = await TestDatabase.CreateAsync();
        var path = other.Write("other.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', Lines)));
        await new ImportService([new NdjsonReader()], new ImportWriter(other.Database, TimeProvider.System), other.Directory).RunAsync(
            new ImportRequest(path, "ndjson", TestDatabase.WorkspacePublicId) { People = ImportedPeople.Pseudonymous }, Cancellation);
        using var session = other.Database.OpenWrite();
        var user = session.Prepare("SELECT public_id FROM usage_user");

        Assert.True(user.Step());
        Assert.NotEqual(Rows("SELECT public_id FROM usage_user").Single(), user.Text(0));
    }

    [Fact]
    public async Task A_named_person_for_conversations_of_nobody_contradicts_pseudonyms() =>
        await Assert.ThrowsAsync<ImportTargetException>(() => ImportFileAsync(
            Encoding.UTF8.GetBytes(Header),
            new ImportRequest("", "ndjson", TestDatabase.WorkspacePublicId) { People = ImportedPeople.Pseudonymous, DefaultUserEmail = "ann@acme.example" }));
}
