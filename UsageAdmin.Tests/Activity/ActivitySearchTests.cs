using UsageAdmin.Activity;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Activity;

public sealed class ActivitySearchTests : IAsyncLifetime
{
    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Theory]
    [InlineData("ann", "Anna Čapek|Annika Berg|hannes@example.com|Joanna Öz|Zoë Ann-Ray")]
    [InlineData("ANN", "Anna Čapek|Annika Berg|hannes@example.com|Joanna Öz|Zoë Ann-Ray")]
    [InlineData("öz", "Joanna Öz")]
    [InlineData("ÖZ", "Joanna Öz")]
    [InlineData(" u7 ", "<script>")]
    [InlineData("EXAMPLE.COM", "Annika Berg|hannes@example.com")]
    [InlineData("100%_", "")]
    [InlineData("nobody", "")]
    public async Task Finds_the_text_anywhere_those_that_start_with_it_first(string text, string labels)
    {
        Add("u1", "Joanna Öz", null);
        Add("u2", "Zoë Ann-Ray", null);
        Add("u3", null, "hannes@example.com");
        Add("u4", "Anna Čapek", null);
        Add("u5", "Annika Berg", "berg@Example.com");
        Add("u6", "Anna Elsewhere", "ann@example.com", isHere: false);
        Add("u7", "<script>", null);

        var found = await Search().UsersAsync(new(_test.Organization, _test.Workspace, true), text, TestContext.Current.CancellationToken);

        Assert.Equal(labels.Split('|', StringSplitOptions.RemoveEmptyEntries), found.Select(f => f.Label));
    }

    [Fact]
    public async Task Shows_the_first_of_many()
    {
        foreach (var i in Enumerable.Range(0, 500).Select(i => i * 7 % 500))
        {
            Add($"id{i:d3}", $"Person {i:d3}", null, isHere: i % 2 == 0);
        }

        var found = await Search().UsersAsync(new(_test.Organization, _test.Workspace, true), "p", TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"Person {i * 2:d3}"), found.Select(f => f.Name));
    }

    private ActivitySearch Search() => new(_test.Database, new Pseudonyms(_test.Directory));

    private void Add(string id, string? name, string? email, bool isHere = true)
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        var user = session.Prepare(
                "INSERT INTO usage_user (organization_id, public_id, name, email, is_stub) VALUES (?1, ?2, ?3, ?4, 0) RETURNING id")
            .Bind(1, _test.Organization.Id).Bind(2, id).Bind(3, name).Bind(4, email).FirstNumber()!.Value;
        if (isHere)
        {
            session.Prepare("INSERT INTO membership (workspace_id, user_id, role) VALUES (?1, ?2, 0)")
                .Bind(1, _test.Workspace.Id).Bind(2, user).Execute();
        }

        session.Commit();
    }
}
