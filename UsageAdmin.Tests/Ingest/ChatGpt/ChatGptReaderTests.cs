using System.IO.Compression;
using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.ChatGpt;

namespace UsageAdmin.Tests.Ingest.ChatGpt;

public sealed class ChatGptReaderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("usageadmin-chatgpt-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_export_has_its_two_conversations_with_searches_as_actions()
    {
        var conversations = Conversations(await ReadFixtureAsync("chatgpt-export.json"));

        Assert.Equal(["Conversation 1. Web Search", "Conversation 2"], conversations.Select(c => c.Title.Value));
        Assert.Equal(21, conversations.Sum(c => c.Messages.Count));
        Assert.Equal([(3, 3), (2, 2)], conversations.Select(Visible));
        Assert.Equal(Enumerable.Repeat("web_search", 4), conversations.SelectMany(c => c.Actions).Select(a => a.Name));
        var system = conversations.SelectMany(c => c.Messages).Where(m => m.Source.Value == MessageSource.System);
        Assert.All(system, m => Assert.True(m.Hidden.Value == true && m.CreatedAtUtc.Value is null));
        Assert.Equal(2, system.Count());
        Assert.All(conversations[0].Messages, m => Assert.True(m.Active.Value));
        Assert.Equal(new DateTime(2024, 1, 7, 12, 18, 35, DateTimeKind.Utc).AddTicks(7753040),
            conversations[0].CreatedAtUtc.Value);
        Assert.Equal("gpt-4", conversations[0].Messages[^1].Model.Value);
    }

    [Fact]
    public async Task The_tree_keeps_both_branches_and_the_path_last_seen()
    {
        var items = await ReadFixtureAsync("chatgpt-tree.json");
        var conversation = Assert.Single(Conversations(items));

        Assert.Equal((5, 6), Visible(conversation));
        Assert.Equal(5, conversation.Messages.Count(m => m.Active.Value == false));
        var onPath = conversation.Messages.Where(m => m.Active.Value == true).ToList();
        Assert.Equal((3, 3), (onPath.Count(m => m.Source.Value == MessageSource.User),
            onPath.Count(m => m.Source.Value == MessageSource.Provider)));
        Assert.Equal("unfinished", Assert.Single(items.OfType<ProblemItem>()).Code);
        Assert.Equal(2, conversation.Messages.Where(m => m.ParentId.Value is not null)
            .GroupBy(m => m.ParentId.Value).Count(children => children.Count() > 1));
    }

    [Fact]
    public async Task References_to_nodes_that_are_not_there_are_dropped_with_a_warning()
    {
        var items = await ReadFixtureAsync("chatgpt-citations.json");
        var conversation = Assert.Single(Conversations(items));

        Assert.Equal([MessageSource.Tool, MessageSource.Provider], conversation.Messages.Select(m => m.Source.Value!.Value));
        Assert.Null(conversation.Messages[0].ParentId.Value);
        Assert.All(conversation.Messages, m => Assert.True(m.Active.Value));
        var problem = Assert.Single(items.OfType<ProblemItem>());
        Assert.Equal((false, "dangling-reference"), (problem.Refused, problem.Code));
        Assert.EndsWith("(3 ×)", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("browser", "web_search")]
    [InlineData("web.run", "web_search")]
    [InlineData("python", "data_analyst")]
    [InlineData("container.exec", "data_analyst")]
    [InlineData("image_gen.text2im", "image_generation")]
    [InlineData("dalle.text2im", "image_generation")]
    [InlineData("canmore.create_textdoc", "canvas")]
    [InlineData("bio", "memory")]
    [InlineData("file_search.msearch", "document_search")]
    [InlineData("jira_plugin.search", "jira_plugin.search")]
    public void Tools_have_our_names_where_we_have_one(string recipient, string name) =>
        Assert.Equal(name, ChatGptActions.NameOf(recipient));

    [Fact]
    public async Task Apps_and_projects_come_from_the_gizmo()
    {
        var conversations = Conversations(await ReadTextAsync(
            $"[{Conversation("a", """, "gizmo_id": "g-abc" """)}, {Conversation("b", """, "gizmo_id": "g-p-abc" """)}, " +
            $"{Conversation("c", """, "gizmo_id": "g-abc", "conversation_template_id": "g-p-abc" """)}]"));

        Assert.Equal([("g-abc", null), (null, "g-p-abc"), ("g-abc", "g-p-abc")],
            conversations.Select(c => (c.AppId.Value, c.ProjectId.Value)));
    }

    [Fact]
    public async Task Parts_may_mix_texts_recordings_and_pictures()
    {
        var conversation = Assert.Single(Conversations(await ReadTextAsync(Conversation("c", nodes: """
            "m": {"id": "m", "parent": null, "children": [], "message": {"id": "m", "author": {"role": "user"},
              "content": {"content_type": "multimodal_text", "parts": ["look", {"content_type": "audio_transcription",
              "text": "spoken"}, {"asset_pointer": "file-service://file-1", "size_bytes": 12}]},
              "metadata": {"attachments": [{"id": "file-1", "name": "a.png", "size": 12, "mimeType": "image/png"},
              {"id": "file-2", "name": "b.pdf"}]}}}
            """))));

        var message = Assert.Single(conversation.Messages);
        Assert.Equal("look\nspoken", Encoding.UTF8.GetString(message.Content.Value!));
        Assert.False(message.Hidden.Value);
        Assert.Equal([("file-1", "a.png", 12L), ("file-2", "b.pdf", null)],
            conversation.Files.Select(f => (f.Id, f.Name.Value!, f.Bytes.Value)));
    }

    [Fact]
    public async Task Failed_answers_and_empty_ones_are_not_shown()
    {
        var conversation = Assert.Single(Conversations(await ReadTextAsync(Conversation("c", nodes:
            Node("a", "assistant", "x", extra: """, "status": "failed" """) + "," + Node("b", "assistant", "")))));

        Assert.True(conversation.Messages[0].Failed.Value);
        Assert.True(conversation.Messages[1].Hidden.Value);
    }

    [Fact]
    public async Task Nul_and_half_characters_become_replacement_characters()
    {
        var items = await ReadTextAsync(Conversation("c", nodes: Node("a", "user", @"x\u0000y\ud83dz\ud83d\ude00")));

        Assert.Equal("x\uFFFDy\uFFFDz😀",
            Encoding.UTF8.GetString(Assert.Single(Conversations(items)[0].Messages).Content.Value!));
        Assert.Equal("replaced-character", Assert.Single(items.OfType<ProblemItem>()).Code);
    }

    [Fact]
    public async Task A_property_name_with_half_a_character_refuses_its_conversation_alone()
    {
        var items = await ReadTextAsync($$"""[{"m\ud800": 1, "id": "x"}, {{Conversation("c")}}]""");

        Assert.Single(Conversations(items));
        Assert.True(Assert.Single(items.OfType<ProblemItem>()).Refused);
    }

    [Fact]
    public async Task Cycles_are_cut()
    {
        var items = await ReadTextAsync(Conversation("c", nodes:
            Node("a", "user", "1", parent: "b") + "," + Node("b", "assistant", "2", parent: "a") + ","
            + Node("d", "user", "3", parent: "d"), rest: """, "current_node": "a" """));
        var conversation = Assert.Single(Conversations(items));

        Assert.Equal(1, conversation.Messages.Count(m => m.ParentId.Value is not null));
        Assert.Equal([true, true, false], conversation.Messages.Select(m => m.Active.Value!.Value));
        Assert.Equal("cycle", Assert.Single(items.OfType<ProblemItem>()).Code);
    }

    [Fact]
    public async Task A_chain_of_a_hundred_thousand_nodes_is_read()
    {
        var nodes = string.Join(',', Enumerable.Range(0, 100_000).Select(n =>
            $$"""  "n{{n}}": {"parent": {{(n == 0 ? "null" : $"\"n{n - 1}\"")}}, "children": []}  """))
            + "," + Node("last", "user", "x", parent: "n99999");

        var message = Assert.Single(Assert.Single(Conversations(await ReadTextAsync(Conversation("c", nodes: nodes)))).Messages);

        Assert.Null(message.ParentId.Value);
    }

    [Fact]
    public async Task Ids_longer_than_the_limit_are_left_out_with_a_warning()
    {
        var longId = new string('x', 201);
        var items = await ReadTextAsync(
            $"[{Conversation(longId)}, {Conversation("c", nodes: Node(longId, "user", "1") + "," + Node("a", "user", "2"))}]");

        Assert.Single(Assert.Single(Conversations(items)).Messages);
        Assert.Equal([true, false], items.OfType<ProblemItem>().Select(p => p.Refused));
    }

    [Fact]
    public async Task What_was_read_before_a_file_breaks_off_stays()
    {
        var whole = $"[{Conversation("a")}, {Conversation("b")}]";

        var items = await ReadTextAsync(whole[..^20]);

        Assert.Equal("a", Assert.Single(Conversations(items)).Id);
        var problem = Assert.Single(items.OfType<ProblemItem>());
        Assert.Equal((true, "truncated", 2L), (problem.Refused, problem.Code, problem.Line));
        Assert.Contains($"at byte {whole.Length - 20} ", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_broken_conversation_leaves_the_others()
    {
        var items = await ReadTextAsync($$"""[{{Conversation("a")}}, {"id": tru}, 7, {{Conversation("b")}}]""");

        Assert.Equal(["a", "b"], Conversations(items).Select(c => c.Id));
        Assert.Equal(["invalid-json", "not-a-conversation"], items.OfType<ProblemItem>().Select(p => p.Code));
    }

    [Fact]
    public async Task A_conversation_over_the_limit_is_refused_and_the_next_is_read()
    {
        var reader = new ChatGptReader(new ChatGptLimits { MaxConversationBytes = 1000 });

        var items = await ReadTextAsync(
            $"[{Conversation("a", nodes: Node("n", "user", new string('x', 200_000)))}, {Conversation("b")}]", reader);

        Assert.Equal("b", Assert.Single(Conversations(items)).Id);
        Assert.Equal("too-long", Assert.Single(items.OfType<ProblemItem>()).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[{\"uuid\": \"x\", \"chat_messages\": []}]")]
    [InlineData("[{\"id\": \"x\", \"mapping\": {")]
    [InlineData("{\"a\": 1} {\"b\": 2}")]
    [InlineData("PK\u0003\u0004 not a ZIP at all")]
    public async Task A_file_without_any_conversation_is_not_of_this_format(string text) =>
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ReadTextAsync(text));

    [Fact]
    public async Task An_export_without_conversations_is_empty() => Assert.Empty(await ReadTextAsync("\uFEFF [ ] "));

    [Fact]
    public async Task The_zip_gives_the_person_the_conversations_and_the_ratings()
    {
        var items = await ReadZipAsync(
            ("../../x/conversations-001.json", $"[{Conversation("b")}]"),
            ("C:\\conversations-000.json", $"[{Conversation("a")}]"),
            ("user.json", """{"id": "user-1", "email": "Ann@example.com", "phone_number": "1"}"""),
            ("message_feedback.json", """
                [{"id": "m", "conversation_id": "a", "user_id": "user-1", "rating": "thumbs_down", "content": "{}"},
                 {"id": "m", "conversation_id": "b", "user_id": "user-1", "rating": "thumbsDown",
                  "content": "{\"tags\": [\"not-factually-correct\"], \"text\": \"wrong year\"}"}]
                """),
            ("conversations.json.txt", "no"), ("chat.html", "<html>"));

        Assert.Equal(("user-1", "Ann@example.com"),
            items.OfType<UserItem>().Select(u => (u.Id, u.Email.Value)).Single());
        Assert.Equal(["a", "b"], Conversations(items).Select(c => c.Id));
        Assert.All(Conversations(items), c => Assert.Equal("user-1", c.UserId.Value));
        var feedback = items.OfType<ConversationItem>().Where(c => !c.HasHeader).SelectMany(c => c.Feedback).ToList();
        Assert.Equal([MessageMarks.None, MessageMarks.Inaccurate], feedback.Select(f => f.Flags.Value!.Value));
        Assert.All(feedback, f => Assert.Equal(-1, f.Rating.Value));
        Assert.Equal("wrong year", feedback[1].Comment.Value);
        Assert.True(items.Select(i => i.Line).SequenceEqual(items.Select(i => i.Line).Order()));
    }

    [Fact]
    public async Task Ratings_may_say_their_text_beside_and_have_ids_of_any_script()
    {
        var id = new string('語', 65);

        var items = await ReadZipAsync(
            ("conversations.json", $"[{Conversation("a")}]"),
            ("message_feedback.json", $$"""
                [{"id": "f1", "message_id": "m", "conversation_id": "a", "rating": "thumbsUp", "text": "nice", "create_time": 1704067200},
                 {"id": "{{id}}", "conversation_id": "a", "rating": "thumbsUp", "content": {"tags": ["biased"]} }]
                """));

        var feedback = items.OfType<ConversationItem>().SelectMany(c => c.Feedback).ToList();
        Assert.Equal([("feedback-m", "nice"), (feedback[1].Id, null)], feedback.Select(f => (f.Id, f.Comment.Value)));
        Assert.Equal(MessageMarks.Biased, feedback[1].Flags.Value);
        items.ForEach(WellFormed.Assert);
    }

    [Fact]
    public async Task Shared_copies_are_skipped_and_group_chats_are_told()
    {
        var items = await ReadZipAsync(
            ("conversations.json", $$"""{"conversations": [{{Conversation("a")}}, {{Conversation("b")}}]}"""),
            ("user.json", """{"id": "u", "email": "a@example.com", "name": "Ann"}"""),
            ("shared_conversations.json", """[{"id": "s", "conversation_id": "a", "title": "copy"}]"""),
            ("group_chats.json", """{"chats": [{"id": "g", "title": "team", "participants": ["u", "v"]}]}"""));

        Assert.Equal(["a", "b"], Conversations(items).Select(c => c.Id));
        Assert.Equal("Ann", Assert.Single(items.OfType<UserItem>()).Name.Value);
        Assert.Equal("left-out", Assert.Single(items.OfType<ProblemItem>()).Code);
    }

    [Fact]
    public async Task Files_with_damage_never_give_anything_ill_formed()
    {
        var path = Path.Combine(_directory, "damaged.json");
        var tree = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", "chatgpt", "chatgpt-tree.json"), Token);
        var zip = await File.ReadAllBytesAsync(Zip(
            ("conversations.json", $"[{Conversation("a", nodes: Node("n", "user", "hi"))}]"), ("user.json", """{"id": "u", "email": "a@example.com"}"""),
            ("message_feedback.json", """[{"id": "n", "conversation_id": "a", "rating": "thumbsUp", "content": "{"tags": []}"}]""")), Token);

        var read = await DamagedFiles.ReadAsync(new ChatGptReader(), tree, path, seed: 1, rounds: 200, Token)
            + await DamagedFiles.ReadAsync(new ChatGptReader(), zip, path, seed: 2, rounds: 400, Token);

        Assert.InRange(read, 50, 599);
    }

    [Fact]
    public async Task A_zip_inflates_only_as_far_as_is_allowed()
    {
        var bomb = $"[{Conversation("a")}, {Conversation("b", nodes: Node("n", "user", new string('x', 1 << 20)))}]";
        var ofEntry = new ChatGptReader(new ChatGptLimits { MaxEntryBytes = 200_000 });
        var ofAll = new ChatGptReader(new ChatGptLimits { MaxTotalBytes = 200_000 });

        foreach (var reader in new[] { ofEntry, ofAll })
        {
            var items = await ReadZipAsync([("conversations.json", bomb)], reader);

            Assert.Equal("a", Assert.Single(Conversations(items)).Id);
            Assert.Equal("invalid-zip", Assert.Single(items.OfType<ProblemItem>()).Code);
        }
    }

    [Fact]
    public async Task A_zip_of_too_many_files_or_with_a_giant_directory_is_refused()
    {
        var entries = Enumerable.Range(0, 50).Select(n => ($"{n}/conversations.json", "[]")).ToArray();

        await Assert.ThrowsAsync<InvalidHeaderException>(
            () => ReadZipAsync(entries, new ChatGptReader(new ChatGptLimits { MaxZipEntries = 49 })));
        await Assert.ThrowsAsync<InvalidHeaderException>(
            () => ReadZipAsync(entries, new ChatGptReader(new ChatGptLimits { MaxZipDirectoryBytes = 1000 })));
        var problem = Assert.Single((await ReadZipAsync(entries)).OfType<ProblemItem>());
        Assert.Equal("repeated-file", problem.Code);
    }

    [Fact]
    public async Task A_zip_that_breaks_off_or_holds_no_conversations_is_refused()
    {
        var path = Zip(("conversations.json", $"[{Conversation("a")}]"));
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path, Token))[..^30], Token);

        await Assert.ThrowsAsync<InvalidHeaderException>(() => ReadPathAsync(path, new ChatGptReader()));
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ReadZipAsync(("user.json", "{}")));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static List<ConversationItem> Conversations(IEnumerable<ImportItem> items) =>
        [.. items.OfType<ConversationItem>().Where(c => c.HasHeader)];

    private static (int User, int Provider) Visible(ConversationItem conversation)
    {
        var visible = conversation.Messages.Where(m => m.Hidden.Value != true && m.Failed.Value != true).ToList();
        return (visible.Count(m => m.Source.Value == MessageSource.User),
            visible.Count(m => m.Source.Value == MessageSource.Provider));
    }

    private static string Conversation(string id, string rest = "", string nodes = "") =>
        $$"""{"id": "{{id}}", "title": "T", "create_time": 1704629915.775304, "mapping": { {{nodes}} } {{rest}} }""";

    private static string Node(string id, string role, string text, string? parent = null, string extra = "") => $$"""
        "{{id}}": {"id": "{{id}}", "parent": {{(parent is null ? "null" : $"\"{parent}\"")}}, "children": [], "message":
          {"id": "{{id}}", "author": {"role": "{{role}}"}, "recipient": "all", "create_time": 1704629916,
           "content": {"content_type": "text", "parts": ["{{text}}"]} {{extra}} } }
        """;

    private static Task<List<ImportItem>> ReadFixtureAsync(string name) =>
        ReadPathAsync(Path.Combine(AppContext.BaseDirectory, "Fixtures", "chatgpt", name), new ChatGptReader());

    private async Task<List<ImportItem>> ReadTextAsync(string text, ChatGptReader? reader = null)
    {
        var path = Path.Combine(_directory, "conversations.json");
        await File.WriteAllTextAsync(path, text, Token);
        return await ReadPathAsync(path, reader ?? new ChatGptReader());
    }

    private Task<List<ImportItem>> ReadZipAsync(params (string Name, string Text)[] entries) =>
        ReadZipAsync(entries, new ChatGptReader());

    private Task<List<ImportItem>> ReadZipAsync((string Name, string Text)[] entries, ChatGptReader reader) =>
        ReadPathAsync(Zip(entries), reader);

    private string Zip(params (string Name, string Text)[] entries)
    {
        var path = Path.Combine(_directory, $"{Guid.NewGuid():N}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(text);
        }

        return path;
    }

    private static async Task<List<ImportItem>> ReadPathAsync(string path, ChatGptReader reader)
    {
        var items = new List<ImportItem>();
        await foreach (var item in reader.ReadAsync(new ImportFile(path, "w"), Token))
        {
            items.Add(item);
        }

        return items;
    }
}
