using Microsoft.EntityFrameworkCore;

namespace UsageAdmin.Tests.Support;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task A_test_database_is_migrated_and_has_a_workspace()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.Context();

        Assert.Equal("acme-main", (await db.Workspaces.SingleAsync(TestContext.Current.CancellationToken)).PublicId);
    }
}
