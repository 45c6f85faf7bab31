using Microsoft.Data.Sqlite;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

public sealed class UsageSessionTests
{
    /// <summary>SQLite does so when the disk is full, for example.</summary>
    [Fact]
    public async Task A_failure_that_ends_the_transaction_by_itself_is_the_one_that_shows()
    {
        TestEngine.SkipUnlessSqlite();
        await using var test = await TestDatabase.CreateAsync();

        var failure = Assert.Throws<SqliteException>(() =>
        {
            using var session = test.Database.OpenWrite();
            session.Begin();
            session.Execute("CREATE TABLE short (text CHECK (length(text) < 3))");
            session.Execute("INSERT OR ROLLBACK INTO short VALUES ('long')");
        });

        Assert.Equal(SQLitePCL.raw.SQLITE_CONSTRAINT, failure.SqliteErrorCode);
    }
}
