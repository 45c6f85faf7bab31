using System.Data.Common;
using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>What features rely on, the same on every engine.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Insert =
        """
        INSERT INTO message (workspace_id, conversation_created_at, conversation_no, seq, created_at, source, marks, external_id,
            content) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, ?6)
        """;

    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public void Values_come_back_as_they_were_bound()
    {
        var bytes = Enumerable.Range(0, 256).Select(n => (byte)n).ToArray();
        using var session = _test.Database.OpenWrite();
        session.Prepare("INSERT INTO packed_day (workspace_id, kind, day, columns) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, long.MaxValue).Bind(2, 0).Bind(3, long.MinValue).BindBytes(4, bytes).Execute();
        session.Prepare(
            """
            INSERT INTO message_moderation (workspace_id, conversation_created_at, conversation_no, seq, ordinal, flagged, score,
                external_id, provider, category, action) VALUES (1, 2, 3, 4, 5, 1, ?1, ?2, ?3, ?4, ?5)
            """).Bind(1, 0.1).Bind(2, "").BindNull(3).BindUtf8(4, "ä€𝄞"u8).Bind(5, (string?)null).Execute();

        var day = session.Prepare("SELECT workspace_id, kind, day, columns FROM packed_day");
        Assert.True(day.Step());
        Assert.Equal((long.MaxValue, 0L, long.MinValue), (day.Number(0), day.Number(1), day.Number(2)));
        Assert.Equal(bytes, day.Utf8(3).ToArray());
        Assert.False(day.Step());
        var row = session.Prepare("SELECT score, external_id, provider, category, moderated_at, flagged FROM message_moderation");
        Assert.True(row.Step());
        Assert.Equal(0.1, row.NullableReal(0));
        Assert.Equal(("", null, "ä€𝄞"), (row.Text(1), row.Text(2), row.Text(3)));
        Assert.Equal("ä€𝄞"u8.ToArray(), row.Utf8(3).ToArray());
        Assert.Equal((null, true, 0L), (row.NullableNumber(4), row.IsNull(4), row.Number(4)));
        Assert.True(row.Utf8(2).IsEmpty);
        Assert.Equal((1L, "ä€𝄞", null), (row.Value(5), row.Value(3), row.Value(2)));
        Assert.Equal("1", row.Text(5));
    }

    [Fact]
    public void Conditions_and_sums_are_numbers()
    {
        using var session = _test.Database.OpenRead();
        var row = session.Prepare(
            """
            SELECT 2 > 1, name IS NULL, (SELECT sum(id) FROM workspace), (SELECT count(*) FROM message), ?1 - id
            FROM workspace WHERE id = ?2
            """).Bind(1, _test.Workspace.Id + 7).Bind(2, _test.Workspace.Id);

        Assert.True(row.Step());
        Assert.Equal(
            [1L, 0L, _test.Workspace.Id, 0L, 7L], [row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4)]);
    }

    [Fact]
    public void Parameters_may_have_gaps_and_come_more_than_once()
    {
        using var session = _test.Database.OpenRead();
        var row = session.Prepare("SELECT count(*) FROM workspace WHERE id = ?7 OR (id = ?7 AND public_id = ?3)")
            .Bind(7, _test.Workspace.Id).Bind(3, "x");

        Assert.Equal(1, row.FirstNumber());
    }

    [Fact]
    public void Text_sorts_by_its_bytes()
    {
        using var session = _test.Database.OpenWrite();
        foreach (var (id, seq) in ((string[])["b", "B", "ä", "a", "Z", "~", "é"]).Select((id, seq) => (id, seq)))
        {
            Message(session, 1, seq, id);
        }

        var row = session.Prepare("SELECT external_id FROM message ORDER BY external_id");
        var sorted = new List<string>();
        while (row.Step())
        {
            sorted.Add(row.Text(0)!);
        }

        Assert.Equal(["B", "Z", "a", "b", "~", "ä", "é"], sorted);
    }

    [Fact]
    public void What_no_text_can_hold_is_not_found_and_no_error()
    {
        using var session = _test.Database.OpenRead();

        Assert.Null(session.Prepare("SELECT id FROM workspace WHERE public_id = ?1").Bind(1, "acme\0\uD800").FirstNumber());
    }

    [Fact]
    public void Large_results_are_read_side_by_side_with_others_in_one_snapshot()
    {
        const int Rows = 20_000;
        using (var session = _test.Database.OpenWrite())
        {
            session.Begin();
            for (var seq = 0; seq < Rows; seq++)
            {
                Message(session, 1, seq, $"m{seq}");
                Message(session, 2, seq, $"n{seq}");
            }

            session.Commit();
        }

        using var reader = _test.Database.OpenRead();
        var first = Messages(reader, 1, "");
        Assert.True(first.Step());
        using (var writer = _test.Database.OpenWrite())
        {
            writer.Execute("DELETE FROM message");
        }

        var second = Messages(reader, 2, " ");
        var read = 0;
        do
        {
            Assert.True(second.Step());
            Assert.Equal(($"m{read}", $"n{read}"), (first.Text(0), second.Text(0)));
            Assert.Equal(1, reader.Prepare("SELECT count(*) FROM workspace WHERE id = ?1").Bind(1, _test.Workspace.Id).FirstNumber());
            read++;
        }
        while (first.Step());

        Assert.Equal(Rows, read);
        Assert.False(second.Step());
    }

    [Fact]
    public void A_large_result_is_left_half_read_and_read_again()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        for (var seq = 0; seq < 10_000; seq++)
        {
            Message(session, 1, seq, $"m{seq}");
        }

        var row = Messages(session, 1, "");
        Assert.True(row.Step() && row.Step());
        row.Reset();
        Assert.True(row.Step());
        Assert.Equal("m0", row.Text(0));

        // Written while it is read.
        Message(session, 3, 0, "new");
        Assert.True(row.Step());
        Assert.Equal("m1", row.Text(0));
        Assert.Equal(10_001, session.Prepare("SELECT count(*) FROM message").FirstNumber());
    }

    [Fact]
    public void Changes_are_those_of_the_last_statement()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Message(session, 1, 1, "a");
        Message(session, 1, 2, "b");
        session.Execute("UPDATE message SET marks = 3");
        Assert.Equal(2, session.Changes());
        session.Execute("DELETE FROM message WHERE seq = 2");
        Assert.Equal(1, session.Changes());
        session.Execute("DELETE FROM message WHERE seq = 2");
        Assert.Equal(0, session.Changes());
    }

    [Fact]
    public void A_row_takes_the_place_of_another_with_its_key()
    {
        using var session = _test.Database.OpenWrite();
        var sql = session.Sql.Put("packed_day", ["workspace_id", "kind", "day"], ["columns"]);
        session.Prepare(sql).Bind(1, 1).Bind(2, 2).Bind(3, 3).BindBytes(4, [1]).Execute();
        session.Prepare(sql).Bind(1, 1).Bind(2, 2).Bind(3, 3).BindBytes(4, [2, 3]).Execute();

        var row = session.Prepare("SELECT columns FROM packed_day");
        Assert.True(row.Step());
        Assert.Equal([2, 3], row.Utf8(0).ToArray());
        Assert.False(row.Step());
    }

    [Fact]
    public void What_is_not_committed_is_taken_back_and_a_refused_statement_says_so()
    {
        using (var session = _test.Database.OpenWrite())
        {
            session.Begin();
            Message(session, 1, 1, "a");
            Assert.ThrowsAny<DbException>(() =>
            {
                Message(session, 1, 1, "twice");
                session.Commit();
            });
            session.Rollback();
            session.Begin();
            Message(session, 1, 2, "b");
            session.Commit();
            session.Begin();
            Message(session, 1, 3, "c");
        }

        using var reader = _test.Database.OpenRead();
        Assert.Equal("b", Encoding.UTF8.GetString(One(Messages(reader, 1, ""))));
    }

    [Fact]
    public async Task Who_waits_too_long_for_another_is_told_that_the_database_is_busy()
    {
        using var first = _test.Database.OpenWrite();
        first.Begin(WriteLock.Usage(1));
        using var second = _test.Database.OpenWrite();

        var refused = await Task.Run(() => Record.Exception(() => second.Begin(WriteLock.Usage(1))), TestContext.Current.CancellationToken);

        Assert.True(DatabaseBusy.Is(refused!), $"{refused}");
        Assert.False(DiskFull.Is(refused!));
    }

    [Fact]
    public void A_session_knows_whether_others_have_committed()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        session.IsChangedByOthers();
        session.Commit();
        session.Begin();
        Assert.True(!session.IsChangedByOthers() || TestEngine.IsPostgreSql, "Other tests write on the same server.");
        session.Commit();
        using (var other = _test.Database.OpenWrite())
        {
            other.Execute("UPDATE workspace SET name = 'other'");
        }

        session.Begin();
        Assert.True(session.IsChangedByOthers());
    }

    [Fact]
    public void Work_is_one_server_s_where_several_share_the_database()
    {
        using (var first = _test.Database.TryClaim(WriteLock.Upload(1)))
        {
            Assert.NotNull(first);
            using var second = _test.Database.TryClaim(WriteLock.Upload(1));
            using var other = _test.Database.TryClaim(WriteLock.Upload(2));

            Assert.Equal(_test.Database.IsShared, second is null);
            Assert.NotNull(other);
        }

        using var again = _test.Database.TryClaim(WriteLock.Upload(1));
        Assert.NotNull(again);
    }

    private static ReadOnlySpan<byte> One(Statement row)
    {
        Assert.True(row.Step());
        return row.Utf8(0);
    }

    /// <param name="more">Makes it another statement.</param>
    private static Statement Messages(UsageSession session, long conversation, string more) => session.Prepare(
        $"SELECT external_id, content FROM message WHERE conversation_no = ?1 ORDER BY seq{more}").Bind(1, conversation);

    private static void Message(UsageSession session, long conversation, long seq, string id) =>
        session.Prepare(Insert).Bind(1, 1).Bind(2, 0).Bind(3, conversation).Bind(4, seq).Bind(5, id)
            .BindUtf8(6, Encoding.UTF8.GetBytes($"Text of {id}")).Execute();
}
