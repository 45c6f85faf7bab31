using System.Net;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Activity;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

public sealed class ConversationPageTests
{
    [Fact]
    public async Task A_long_conversation_opens_at_the_part_with_the_flag()
    {
        await using var test = await TestDatabase.CreateAsync();
        var conversation = Some.Conversation("c1");
        conversation.Messages.AddRange(Enumerable.Range(0, 450).Select(i => Some.Message(
            $"m{i}", $"text {i}", at: Some.Morning.AddSeconds(i), source: i % 9 == 8 ? MessageSource.Tool : MessageSource.User)));
        conversation.Feedback.Add(new FeedbackItem { Id = "f1", MessageId = "m300", Flags = MessageMarks.Biased });
        await test.ImportAsync(conversation);
        var query = new ActivityQuery(test.Database, new Pseudonyms(test.Directory), TimeProvider.System);
        var scope = ActivityScope.Of(test.Organization, test.Workspace);

        var opened = await query.ConversationAsync(scope, "c1", null, MessageMarks.AnyFeedback, TestContext.Current.CancellationToken);
        var first = await query.ConversationAsync(scope, "c1", null, MessageMarks.Moderated, TestContext.Current.CancellationToken);
        var behind = await query.ConversationAsync(scope, "c1", 4, MessageMarks.None, TestContext.Current.CancellationToken);

        Assert.Equal((2, 2, 200), (opened!.Part, opened.Parts, opened.Messages.Count));
        Assert.Equal("text 300", Assert.Single(opened.Messages, m => m.IsFlagged).Content);
        Assert.Single(opened.Messages.SelectMany(m => m.Feedback));
        Assert.Equal((1, "text 0"), (first!.Part, first.Messages[0].Content));
        Assert.Empty(behind!.Messages);
    }

    [Fact]
    public async Task A_page_shows_the_start_of_a_very_long_text()
    {
        await using var test = await TestDatabase.CreateAsync();
        await test.ImportAsync(Some.Conversation("c1", messages: Some.Message("m", new string('x', 2_000_000))));
        var query = new ActivityQuery(test.Database, new Pseudonyms(test.Directory), TimeProvider.System);

        var opened = await query.ConversationAsync(
            ActivityScope.Of(test.Organization, test.Workspace), "c1", null, MessageMarks.None, TestContext.Current.CancellationToken);

        var message = Assert.Single(opened!.Messages);
        Assert.Equal(2_000_000, message.ContentLength);
        Assert.InRange(message.Content!.Length, 1, MessageDetail.LongestContent);
    }

    [Fact]
    public async Task A_conversation_that_is_gone_at_its_source_says_so_and_stays()
    {
        await using var app = await UsageAdminApp.StartAsync();
        await ImportAsync(Some.Conversation("kept"), Some.Conversation("vanished"), Some.Conversation("deleted"));
        await ImportAsync(
            Some.Conversation("kept"), Some.Conversation("deleted"),
            new TombstoneItem(EntityType.Conversation, "deleted", new DateTime(2026, 1, 20, 0, 0, 0, DateTimeKind.Utc)));
        using var admin = await app.SignInAsync("admin@alpha.example");

        Assert.Contains("No longer at the source since the import of", await PageAsync("vanished"), StringComparison.Ordinal);
        Assert.Contains("Deleted at the source on", await PageAsync("deleted"), StringComparison.Ordinal);
        Assert.DoesNotContain("at the source", await PageAsync("kept"), StringComparison.Ordinal);

        Task ImportAsync(params ImportItem[] items) => app.Services.GetRequiredService<ImportWriter>().WriteAsync(
            items.Prepend(new HeaderItem { Completeness = Completeness.All }).ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);

        Task<string> PageAsync(string id) => admin.GetStringAsync(
            new Uri($"/w/alpha-main/activity/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Every_row_of_the_table_opens_whatever_its_id()
    {
        string[] ids = ["plain-1", ".", "..", "...", "%2F", "%252F", "a/b", "a\\b", "x?y#z&=", "~1", "ä 😀", "<b>", "a.b"];
        await using var app = await UsageAdminApp.StartAsync();
        await app.Services.GetRequiredService<ImportWriter>().WriteAsync(
            ids.Select(id => Some.Conversation(id, messages: Some.Message("m"))).ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), TestContext.Current.CancellationToken);
        using var admin = await app.SignInAsync("admin@alpha.example");
        await using var db = await app.ContextAsync();
        var workspace = db.Workspaces.Single(w => w.PublicId == "alpha-main");
        var organization = db.Organizations.Single(o => o.PublicId == "alpha");
        var (_, page) = await app.Services.GetRequiredService<ActivityQuery>().FindAsync(
            ActivityScope.Of(organization, workspace), ActivityFilter.Empty, TestContext.Current.CancellationToken);

        foreach (var row in page.Rows)
        {
            using var answer = await admin.GetAsync(
                new Uri($"/w/alpha-main/activity/{row.Segment}", UriKind.Relative), TestContext.Current.CancellationToken);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{row.ConversationId} as {row.Segment}: {answer.StatusCode}");
            Assert.Contains(System.Text.Encodings.Web.HtmlEncoder.Default.Encode(row.ConversationId), html, StringComparison.Ordinal);
        }

        Assert.Equal(ids.Length, page.Rows.Count);
    }
}
