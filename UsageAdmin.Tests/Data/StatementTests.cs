using Microsoft.Data.Sqlite;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>What is special to statements of SQLite; <see cref="SessionTests"/> has what all engines do.</summary>
public sealed class StatementTests
{
    /// <summary>A value that is bound already is not bound again, so each change of kind has to be seen.</summary>
    [Fact]
    public async Task A_parameter_has_what_was_bound_last()
    {
        TestEngine.SkipUnlessSqlite();
        await using var test = await TestDatabase.CreateAsync();
        using var session = test.Database.OpenRead();
        var statement = session.Prepare("SELECT typeof(?1), ?1");
        (Action<Statement> Bind, string Row)[] steps =
        [
            (_ => { }, "null:"),
            (s => s.Bind(1, 7), "integer:7"),
            (s => s.Bind(1, 7), "integer:7"),
            (s => s.Bind(1, "7"), "text:7"),
            (s => s.Bind(1, 7), "integer:7"),
            (s => s.Bind(1, (long?)null), "null:"),
            (s => s.Bind(1, 7), "integer:7"),
            (s => s.Bind(1, 7.5), "real:7.5"),
            (s => s.Bind(1, 7), "integer:7"),
            (s => s.BindUtf8(1, "ü\0"u8), "text:ü\0"),
            (s => s.BindNull(1), "null:"),
            (s => s.BindUtf8(1, []), "text:"),
            (s => s.BindNull(1), "null:"),
            (s => s.BindBytes(1, "b"u8), "blob:b"),
            (s => s.Bind(1, 0), "integer:0"),
            (s => s.Bind(1, (string?)null), "null:"),
            (s => s.Bind(1, 0), "integer:0"),
            (s => s.Bind(1, (double?)null), "null:"),
            (s => s.Bind(1, ""), "text:"),
            (s => s.Bind(1, new string('ä', 5_000)), "text:" + new string('ä', 5_000)),
        ];

        foreach (var (bind, row) in steps)
        {
            bind(statement);
            Assert.True(statement.Step());
            Assert.Equal(row, $"{statement.Text(0)}:{statement.Text(1)}");
            statement.Reset();
        }
    }

    [Fact]
    public async Task A_statement_of_a_closed_session_refuses()
    {
        TestEngine.SkipUnlessSqlite();
        await using var test = await TestDatabase.CreateAsync();
        var session = test.Database.OpenRead();
        var statement = session.Prepare("SELECT ?1");
        session.Dispose();

        Assert.Throws<SqliteException>(() => statement.Step());
        Assert.Throws<SqliteException>(() => statement.Bind(1, 1));
        Assert.True(statement.IsNull(0));
    }
}
