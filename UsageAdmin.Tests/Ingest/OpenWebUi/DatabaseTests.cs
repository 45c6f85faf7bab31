using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest.OpenWebUi;

public sealed class DatabaseTests : OpenWebUiTest
{
    private static SomeChat Chat() => new SomeChat().Ask("q1", null).Answer("a1", "q1", more: """{"usage":{"prompt_tokens":7,"completion_tokens":9}}""");

    [Theory]
    [InlineData(nameof(Schema.Old))]
    [InlineData(nameof(Schema.V07))]
    [InlineData(nameof(Schema.V08))]
    public async Task People_groups_folders_and_chats_come_in_from_every_schema(string version)
    {
        var schema = version switch { nameof(Schema.Old) => Schema.Old, nameof(Schema.V07) => Schema.V07, _ => Schema.V08 };
        using var database = NewDatabase(schema).AddUser("ann", "Ann", "admin").AddUser("bob", "Bob", "pending");
        if (version == nameof(Schema.Old))
        {
            database.Add("group", "id", "g1", "name", "Berlin", "user_ids", """["ann","bob","long gone"]""");
        }
        else
        {
            database.AddGroup("g1", "Berlin", "ann", "bob");
        }

        database.Add("folder", "id", "f1", "user_id", "ann", "name", "Tender 12", "is_expanded", 0, "created_at", SomeDatabase.Created, "updated_at", 1);
        database.AddChat("c1", "ann", Chat().ToString(), folderId: "f1");
        if (version == nameof(Schema.V08))
        {
            Chat().WriteRows(database, "c1");
        }

        var report = await ImportAsync(database);

        Assert.Equal((0, 0, 0), (report.Refused, report.Warnings, report.Waiting));
        Assert.Equal(["model llama3:8b"], report.Stubs);
        Assert.Equal(["ann|Ann|ann@acme.example|active|1767513600000", "bob|Bob|bob@acme.example|invited|1767513600000"],
            Rows("SELECT public_id, name, email, status, joined_at FROM usage_user ORDER BY id"));
        Assert.Equal(["ann|2|1767513600000", "bob|0|1767513600000"], Rows(
            "SELECT u.public_id, m.role, m.joined_at FROM membership m JOIN usage_user u ON u.id = m.user_id WHERE section_id IS NULL ORDER BY 1"));
        Assert.Equal(["Berlin|ann|", "Berlin|bob|"], Rows(
            """
            SELECT s.name, u.public_id, m.joined_at FROM membership m JOIN usage_user u ON u.id = m.user_id JOIN section s ON s.id = m.section_id
            ORDER BY 1, 2
            """));
        Assert.Equal(["c1|A chat|ann|Tender 12|ann|1767600000000|0.5|2|1"], Rows(
            """
            SELECT c.external_id, c.title, u.public_id, p.name, o.public_id, c.created_at, c.temperature, c.message_count, c.user_message_count
            FROM conversation c JOIN usage_user u ON u.id = c.user_id JOIN project p ON p.id = c.project_id
            JOIN usage_user o ON o.id = p.creator_user_id
            """));
        Assert.Equal(["q1|0|0|||", "a1|1|0|llama3:8b|7|9"], Messages());
        new Recount(Rows).AssertExact();
    }

    [Theory]
    [InlineData(nameof(Schema.Old))]
    [InlineData(nameof(Schema.V07))]
    [InlineData(nameof(Schema.V08))]
    public async Task Importing_twice_changes_nothing(string version)
    {
        var schema = version switch { nameof(Schema.Old) => Schema.Old, nameof(Schema.V07) => Schema.V07, _ => Schema.V08 };
        using var database = NewDatabase(schema).AddUser("ann", "Ann").AddModel("helper", "ann", "llama3:8b", "Helper")
            .AddChat("c1", "ann", new SomeChat { Models = ["helper"] }.Ask("q1", null)
                .Answer("a1", "q1", more: """{"annotation":{"rating":1},"statusHistory":[{"action":"web_search","done":true}],"files":[{"type":"file","id":"f","name":"a.pdf"}]}""")
                .Answer("a2", "q1").ToString())
            .AddRating("r1", "ann", "c1", "a1", """{"rating":-1,"reason":"not_factually_correct"}""");
        await ImportAsync(database);
        var before = Dump();

        var report = await ImportPathAsync(database.Path);

        Assert.Equal(before, Dump());
        Assert.All(report.Counts.Values, counts => Assert.Equal((0, 0), (counts.Created, counts.Changed)));
        Assert.Empty(report.MonthsMoved);
    }

    [Fact]
    public async Task A_newer_copy_of_the_database_adds_what_is_new_and_keeps_what_is_gone()
    {
        var chat = Chat();
        using var first = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddChat("gone", "ann", chat.ToString()).AddChat("c1", "ann", chat.ToString());
        await ImportAsync(first);
        chat.Ask("q2", "a1").Answer("a2", "q2");
        using var second = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddChat("c1", "ann", chat.ToString());

        var report = await ImportAsync(second);

        Assert.Equal((0, 1, 0), Counts(report.Counts["conversations"]));
        Assert.Equal(["gone|2", "c1|4"], Rows("SELECT external_id, message_count FROM conversation ORDER BY no"));
        new Recount(Rows).AssertExact();
    }

    [Fact]
    public async Task Custom_models_are_assistants_with_their_maker_category_and_audience()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann")
            .AddModel("helper", "ann", "llama3:8b", "Helper", """{"description":"Helps","tags":[{"name":"Support"},{"name":"x"}]}""")
            .AddModel("second", "ann", "helper", "Second").AddModel("off", "ann", "llama3:8b", "Off", isActive: false)
            .AddModel("llama3:8b", "ann", null, "Aries")
            .Run("UPDATE model SET access_control = '{\"read\":{\"group_ids\":[\"g\"]}}' WHERE id = 'second'")
            .AddChat("c1", "ann", new SomeChat { Models = ["llama3:8b", "second"] }.Ask("q1", null).Answer("a1", "q1", model: "second").ToString());
        await ImportAsync(database);

        Assert.Equal(
            ["helper|Helper|Support|Helps|1|ann|llama3:8b|1767600000000", "off|Off|||0|ann|llama3:8b|1767600000000", "second|Second|||0|ann|helper|1767600000000"],
            Rows("""
            SELECT a.public_id, a.name, a.category, a.description, a.is_published, u.public_id, m.public_id, a.created_at
            FROM app a JOIN usage_user u ON u.id = a.creator_user_id JOIN model m ON m.id = a.model_id ORDER BY 1
            """));
        Assert.Equal(["second|llama3:8b"], Rows(
            "SELECT a.public_id, m.public_id FROM conversation c JOIN app a ON a.id = c.app_id JOIN model m ON m.id = c.model_id"));
        Assert.Equal(["q1|0|0|||", "a1|1|0|llama3:8b||"], Messages());
        Assert.Equal(["Aries"], Rows("SELECT name FROM model WHERE public_id = 'llama3:8b'"));
    }

    [Fact]
    public async Task Since_grants_a_model_is_published_that_everybody_may_read()
    {
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann")
            .AddModel("open", "ann", "b", "Open").AddModel("closed", "ann", "b", "Closed")
            .Add("access_grant", "id", "1", "resource_type", "model", "resource_id", "open", "principal_type", "user", "principal_id", "*", "permission", "read", "created_at", 1)
            .Add("access_grant", "id", "2", "resource_type", "model", "resource_id", "closed", "principal_type", "group", "principal_id", "g", "permission", "read", "created_at", 1);
        await ImportAsync(database);

        Assert.Equal(["closed|0", "open|1"], Rows("SELECT public_id, is_published FROM app ORDER BY 1"));
    }

    [Fact]
    public async Task Copies_of_shared_chats_and_posts_in_channels_are_not_counted()
    {
        using var database = NewDatabase(Schema.V08).AddUser("ann", "Ann").AddChat("c1", "ann", Chat().ToString())
            .AddChat("copy", "shared-c1", Chat().ToString())
            .Add("message", "id", "p1", "user_id", "ann", "channel_id", "ch", "content", "a post", "created_at", 1_767_600_000_000_000_000);
        Chat().WriteRows(database, "c1");
        Chat().WriteRows(database, "copy");
        await ImportAsync(database);

        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal(["2"], Rows("SELECT count(*) FROM message"));
    }

    [Fact]
    public async Task The_chats_of_somebody_deleted_stay_with_a_stub()
    {
        using var database = NewDatabase(Schema.V07).AddChat("c1", "left", Chat().ToString());

        var report = await ImportAsync(database);

        Assert.Equal(["user left"], report.Stubs.Where(stub => stub.StartsWith("user", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Berlin")]
    [InlineData("g1")]
    public async Task Members_of_one_group_alone_come_in_by_choice(string group)
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddUser("bob", "Bob")
            .AddGroup("g1", "Berlin", "ann").AddGroup("g2", "Admins", "ann", "bob").AddGroup("g3", "Paris", "bob")
            .AddModel("used", "bob", "b", "Used").AddModel("unused", "bob", "b", "Unused").AddModel("own", "ann", "b", "Own")
            .AddChat("c1", "ann", new SomeChat { Models = ["used"] }.Ask("q1", null).Answer("a1", "q1").ToString())
            .AddChat("c2", "bob", Chat().ToString());
        await ImportAsync(database, group);

        Assert.Equal(["c1"], Rows("SELECT external_id FROM conversation"));
        Assert.Equal(["ann|Ann", "bob|"], Rows("SELECT public_id, name FROM usage_user ORDER BY 1"));
        Assert.Equal(["Admins"], Rows("SELECT name FROM section"));
        Assert.Equal(["own|Own", "used|Used"], Rows("SELECT public_id, name FROM app ORDER BY 1"));
    }

    [Fact]
    public async Task A_group_that_is_not_there_stops_the_import_and_names_those_that_are()
    {
        using var database = NewDatabase(Schema.V07).AddUser("ann", "Ann").AddGroup("g1", "Berlin", "ann");

        var refused = await Assert.ThrowsAsync<InvalidHeaderException>(() => ImportAsync(database, "Rome"));

        Assert.Equal("There is no group Rome in the file; there are Berlin.", refused.Message);
        Assert.Equal(["0"], Rows("SELECT count(*) FROM import"));
    }

    [Fact]
    public async Task Names_hold_from_when_somebody_last_did_something_so_an_older_copy_changes_none()
    {
        using var newer = NewDatabase(Schema.V07).AddUser("ann", "Anna").Run("UPDATE user SET last_active_at = last_active_at + 86400");
        using var older = NewDatabase(Schema.V07).AddUser("ann", "Ann");
        await ImportAsync(newer);
        await ImportAsync(older);

        Assert.Equal(["Anna"], Rows("SELECT name FROM usage_user"));
    }

    [Fact]
    public async Task Requests_outside_chats_come_from_the_usage_log()
    {
        using var database = NewDatabase(Schema.V08 + Schema.UsageLog).AddUser("ann", "Ann").AddModel("helper", "ann", "llama3:8b", "Helper");
        foreach (var source in (string[])["chat", "api", "channel"])
        {
            database.Add("usage_log", "id", source, "user_id", "ann", "chat_id", "c", "message_id", "m", "model_id", "helper", "source", source,
                "status", "ok", "input_tokens", 10, "output_tokens", 5, "cached_tokens", 4, "reasoning_tokens", 1, "cost", 0.25, "currency", "USD",
                "created_at", SomeDatabase.Created);
        }

        await ImportAsync(database);

        Assert.Equal(["api|helper|llama3:8b|10|5|4|1|250000", "channel|helper|llama3:8b|10|5|4|1|250000"], Rows(
            """
            SELECT kind, a.public_id, m.public_id, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost_micro_usd
            FROM usage_event e JOIN app a ON a.id = e.app_id JOIN model m ON m.id = e.model_id ORDER BY 1
            """));
    }

    private static (long, long, long) Counts(EntityCounts counts) => (counts.Created, counts.Changed, counts.Unchanged);
}
