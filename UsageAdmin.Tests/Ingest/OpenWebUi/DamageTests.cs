using System.Text;
using System.Text.Json.Nodes;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.OpenWebUi;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

public sealed class DamageTests : OpenWebUiTest
{
    private async Task<byte[]> DatabaseAsync(int chats = 30)
    {
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann").AddGroup("g", "Group", "ann");
        for (var i = 0; i < chats; i++)
        {
            var chat = new SomeChat().Ask($"q{i}", null, new string('x', 3000)).Answer($"a{i}", $"q{i}");
            database.AddChat($"c{i}", "ann", chat.ToString());
            chat.WriteRows(database, $"c{i}");
        }

        database.Dispose();
        return await File.ReadAllBytesAsync(database.Path, Cancellation);
    }

    private Task<ImportReport> ImportBytesAsync(byte[] bytes) => ImportPathAsync(Database.Write("damaged.db", bytes));

    [Fact]
    public async Task A_database_that_is_cut_off_anywhere_is_refused_as_a_whole()
    {
        var whole = await DatabaseAsync();

        for (var length = 1; length < whole.Length; length += 4093)
        {
            await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportBytesAsync(whole[..length]));
        }

        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Damaged_bytes_refuse_or_stop_and_never_leave_half_a_conversation(int seed)
    {
        var random = new Random(seed);
        var whole = await DatabaseAsync(chats: 12);
        for (var round = 0; round < 12; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = 0; i < 40; i++)
            {
                damaged[random.Next(100, damaged.Length)] ^= (byte)random.Next(1, 256);
            }

            try
            {
                var report = await ImportBytesAsync(damaged);
                Assert.True(report.State is ImportState.Finished or ImportState.Failed);
            }
            catch (InvalidHeaderException)
            {
                // Nothing was imported.
            }
        }

        Assert.NotEqual(["0"], Rows("SELECT count(*) FROM conversation"));
        Assert.Empty(Rows(
            """
            SELECT c.external_id FROM conversation c WHERE c.message_count <>
                (SELECT count(*) FROM message m WHERE m.conversation_no = c.no AND m.marks & 768 = 0 AND m.source <= 2)
            """));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Chats_whose_parts_are_anything_else_are_survived_on_both_ways(int seed)
    {
        var random = new Random(seed);
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann");
        var exported = new List<string>();
        for (var i = 0; i < 150; i++)
        {
            var chat = new SomeChat().Ask("q1", null, more: """{"files":[{"type":"file","id":"f","file":{"meta":{"size":1}}}]}""")
                .Answer("a1", "q1", more: """
                    {"usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":1}},"annotation":{"rating":1},"error":{"content":"x"},
                     "statusHistory":[{"action":"web_search","done":true}],"output":[{"type":"function_call","name":"n","call_id":"c"}],
                     "content":[{"type":"text","text":"<details type=\"tool_calls\" name=\"n\">"}],"info":{"usage":{}}}
                    """);
            chat.WriteRows(database, $"c{i}");
            var text = Mangled(JsonNode.Parse(chat.ToString())!, random, 6).ToJsonString();
            database.AddChat($"c{i}", "ann", text);
            exported.Add($$$"""{"id":"x{{{i}}}","user_id":"ann","chat":{{{text}}}}""");
        }

        var first = await ImportAsync(database);
        var second = await ImportTextAsync($"[{string.Join(',', exported)}]");

        Assert.Equal((ImportState.Finished, ImportState.Finished), (first.State, second.State));
        Assert.Equal(300, first.Counts["conversations"].Created + second.Counts["conversations"].Created + first.Refused + second.Refused);
        new Recount(Rows).AssertExact();
    }

    /// <summary>Puts values of other kinds in some places.</summary>
    private static JsonNode Mangled(JsonNode node, Random random, int changes)
    {
        var places = Places(node).ToList();
        for (var i = 0; i < changes; i++)
        {
            var place = places[random.Next(places.Count)];
            JsonNode? other = random.Next(8) switch
            {
                0 => null,
                1 => JsonValue.Create(-1.5e300),
                2 => JsonValue.Create(true),
                3 => JsonValue.Create(""),
                4 => new JsonArray(1, "x", null),
                5 => new JsonObject { ["type"] = 7, ["id"] = new JsonArray() },
                6 => JsonValue.Create("q1"),
                _ => JsonValue.Create(new string('y', 300)),
            };
            if (place is JsonObject owner && owner.Count > 0)
            {
                owner[owner.ElementAt(random.Next(owner.Count)).Key] = other;
            }
            else if (place is JsonArray { Count: > 0 } list)
            {
                list[random.Next(list.Count)] = other;
            }
        }

        return node;
    }

    private static IEnumerable<JsonNode> Places(JsonNode node) =>
        new[] { node }.Concat(node switch
        {
            JsonObject owner => owner.Where(p => p.Value is JsonObject or JsonArray).SelectMany(p => Places(p.Value!)),
            JsonArray list => list.Where(n => n is JsonObject or JsonArray).SelectMany(n => Places(n!)),
            _ => [],
        });

    [Fact]
    public async Task A_damaged_row_is_refused_and_those_behind_it_come_in()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann");
        for (var i = 0; i < 3; i++)
        {
            database.AddChat($"c{i}", "ann", new SomeChat().Ask("q", null).ToString());
        }

        database.Run("UPDATE chat SET chat = '{\"history\":{\"messages\":{' WHERE id = 'c1'");

        var report = await ImportAsync(database);

        Assert.Equal(["c0", "c2"], Rows("SELECT external_id FROM conversation"));
        var problem = Assert.Single(report.Problems);
        Assert.Equal((true, "chat", "unreadable-row"), (problem.Refused, problem.Field, problem.Code));
        Assert.StartsWith("row 2 of table chat cannot be read: ", problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_any_kind_in_any_column_are_survived()
    {
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann").AddChat("c1", "ann", new SomeChat().Ask("q", null).ToString())
            .Add("user", "id", new byte[] { 0xff, 0xfe }, "name", 12, "email", 1.5, "role", "x", "profile_image_url", "", "created_at", "soon", "updated_at", 1, "last_active_at", "never")
            .Add("user", "id", new string('x', 300), "name", "Long", "email", "l@acme.example", "role", "user", "profile_image_url", "", "created_at", 1, "updated_at", 1, "last_active_at", 1)
            .Add("group", "id", "g", "name", null).Add("group_member", "id", "x", "group_id", "nowhere", "user_id", "ann")
            .AddModel("m", "ann", "b", "M", "no json").Add("feedback", "id", "f", "type", "rating", "data", "[1]", "meta", "x", "created_at", 1, "updated_at", 1)
            .Add("folder", "id", "", "user_id", "ann", "name", "F", "is_expanded", 0, "created_at", 1, "updated_at", 1)
            .Add("chat_message", "id", "c1-x", "chat_id", "c1", "role", "user", "content", "12", "error", "{", "created_at", "x")
            .Add("chat_message", "id", "", "chat_id", "c1", "role", "user");

        var report = await ImportAsync(database);

        Assert.Equal(ImportState.Finished, report.State);
        Assert.Equal(["feedback.meta", "folder.id", "user.id"], report.Problems.Where(p => p.Refused).Select(p => p.Field!).Order(StringComparer.Ordinal));
        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
    }

    [Fact]
    public async Task An_encrypted_database_is_refused_with_a_hint()
    {
        var bytes = new byte[8192];
        new Random(7).NextBytes(bytes);

        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportBytesAsync(bytes));

        Assert.Contains("it may be encrypted", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused()
    {
        using var database = NewDatabase("CREATE TABLE \"user\"(id TEXT); CREATE TABLE notes(id TEXT)");

        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportAsync(database));

        Assert.Contains("no table chat", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_in_utf_16_is_not_theirs()
    {
        using var database = NewDatabase("PRAGMA encoding = 'UTF-16'; " + Schema.V07);

        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportAsync(database));
    }

    [Fact]
    public async Task A_chat_over_the_limit_is_refused_alone_with_its_rows_counted()
    {
        var rows = new SomeChat().Ask("q", null, new string('x', 6000));
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann")
            .AddChat("long", "ann", new SomeChat().Ask("q", null, new string('x', 9000)).ToString())
            .AddChat("rows", "ann", "{}").AddChat("c2", "ann", new SomeChat().Ask("q", null).ToString());
        rows.WriteRows(database, "rows");
        database.Dispose();

        var report = await ImportPathAsync(database.Path, limits: new OpenWebUiLimits { MaxChatBytes = 5000 });

        Assert.Equal(["too-long", "too-long"], report.Problems.Select(p => p.Code));
        Assert.Equal(["c2"], Rows("SELECT external_id FROM conversation"));
    }

    [Fact]
    public async Task A_file_compressed_badly_is_refused() =>
        await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportBytesAsync([0x1f, 0x8b, .. Encoding.ASCII.GetBytes("not gzip at all")]));
}
