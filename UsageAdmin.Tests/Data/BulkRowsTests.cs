using System.Data.Common;
using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Data;

/// <summary>Rows that are written and read by the thousand, the same on every engine.</summary>
public sealed class BulkRowsTests : IAsyncLifetime
{
    private const string Whole =
        """
        SELECT seq, ordinal, flagged, score, external_id, provider, category FROM message_moderation
        WHERE workspace_id = ?1 AND seq >= ?2 ORDER BY seq, ordinal
        """;

    private static readonly string?[] Texts =
        [null, "", "plain", "ä€𝄞", "tab\tline\nend\r\\N \\. \"quoted\" 'single'", "\u0001\u001f\u007f", new string('x', 300_000), "$1 ?2"];

    private TestDatabase _test = null!;

    public async ValueTask InitializeAsync() => _test = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public void Rows_come_back_as_they_were_bound()
    {
        using (var session = _test.Database.OpenWrite())
        {
            session.Begin();
            for (var i = 0; i < Texts.Length; i++)
            {
                Insert(session, i, i % 2 == 0 ? null : i / 3.0, Texts[i]);
            }

            session.Commit();
        }

        using var reading = _test.Database.OpenRead();
        foreach (var statement in new[] { reading.Prepare(Whole), reading.PrepareScan(Whole) })
        {
            statement.Bind(1, _test.Workspace.Id).Bind(2, 0);
            for (var i = 0; i < Texts.Length; i++)
            {
                Assert.True(statement.Step());
                Assert.Equal((i, -i, 1L), (statement.Number(0), statement.Number(1), statement.Number(2)));
                Assert.Equal((i % 2 == 0 ? null : i / 3.0, Texts[i]), (statement.NullableReal(3), statement.Text(5)));
                Assert.Equal(Encoding.UTF8.GetBytes(Texts[i] ?? ""), statement.Utf8(5).ToArray());
                Assert.Equal(i == 0, statement.IsNull(5));
            }

            Assert.False(statement.Step());
        }
    }

    [Fact]
    public void New_rows_keep_their_place_among_other_statements()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Insert(session, 1, null, "first");
        session.Execute("DELETE FROM message_moderation");
        Insert(session, 1, null, "second");
        Insert(session, 2, null, "third");
        session.Execute("UPDATE message_moderation SET provider = 'changed' WHERE seq = 2");
        Assert.Equal(1, session.Changes());
        Insert(session, 3, null, "fourth");

        Assert.Equal(["second", "changed", "fourth"], Providers(session));
        session.Commit();
        Assert.Equal(["second", "changed", "fourth"], Providers(session));
    }

    [Fact]
    public void New_rows_of_a_transaction_that_is_taken_back_are_gone()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Insert(session, 1, null, "gone");
        session.Rollback();
        session.Begin();
        Insert(session, 2, null, "stays");
        session.Commit();

        Assert.Equal(["stays"], Providers(session));
    }

    [Fact]
    public void A_row_that_is_there_already_is_refused_at_the_end_at_the_latest()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Insert(session, 1, null, "one");
        Assert.ThrowsAny<DbException>(() =>
        {
            Insert(session, 1, null, "two");
            session.Commit();
        });
        session.Rollback();

        Assert.Empty(Providers(session));
    }

    [Fact]
    public void A_row_keeps_what_is_bound_while_those_before_it_are_looked_at()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Insert(session, 1, null, "first");
        Insert(session, 2, 0.5, "second");
        var third = Columns(session);
        third.Bind(1, _test.Workspace.Id).Bind(2, 1L).Bind(3, 2L).Bind(8, "third's id").Bind(9, "third");
        var last = session.Prepare("SELECT max(seq) FROM message_moderation").FirstNumber()!.Value;
        third.Bind(4, last + 1).Bind(5, 0).Bind(6, 0).BindNull(7).Bind(10, "category").Execute();
        Insert(session, 4, null, "fourth");
        session.Commit();

        Assert.Equal(["first", "second", "third", "fourth"], Providers(session));
        Assert.Equal(4, session.Prepare("SELECT count(*) FROM message_moderation WHERE category = 'category'").FirstNumber());
        Assert.Equal(3, session.Prepare("SELECT seq FROM message_moderation WHERE external_id = 'third''s id'").FirstNumber());
    }

    [Fact]
    public void A_row_that_was_begun_before_its_transaction_was_taken_back_is_gone()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Insert(session, 1, null, "gone");
        Columns(session).Bind(1, _test.Workspace.Id).Bind(9, "gone as well");
        session.Rollback();
        session.Begin();
        Insert(session, 2, null, null);
        session.Commit();

        Assert.Equal([null], Providers(session));
    }

    [Fact]
    public void Of_many_rows_with_one_that_is_refused_none_stays()
    {
        using var session = _test.Database.OpenWrite();
        session.Begin();
        Assert.ThrowsAny<DbException>(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Insert(session, i % 61, null, "one of many");
            }

            session.Commit();
        });
        session.Rollback();

        session.Begin();
        Insert(session, 1, null, "alone");
        session.Commit();
        Assert.Equal(["alone"], Providers(session));
    }

    [Fact]
    public void New_rows_are_written_within_a_transaction()
    {
        using var session = _test.Database.OpenWrite();

        Assert.Throws<InvalidOperationException>(() => Insert(session, 1, null, "outside"));
        Assert.Empty(Providers(session));
    }

    [Fact]
    public void Thousands_of_rows_are_written_and_two_scans_read_them_side_by_side()
    {
        const int Rows = 20_000;
        using (var session = _test.Database.OpenWrite())
        {
            session.Begin();
            for (var i = 0; i < Rows; i++)
            {
                Insert(session, i, null, new string('y', i % 1_000));
            }

            session.Commit();
        }

        using var reading = _test.Database.OpenRead();
        var one = reading.PrepareScan(Whole).Bind(1, _test.Workspace.Id).Bind(2, 0);
        var other = reading.PrepareScan(Whole.Replace("seq >= ?2", "seq > ?2", StringComparison.Ordinal))
            .Bind(1, _test.Workspace.Id).Bind(2, 9);
        for (var i = 0; i < Rows; i++)
        {
            Assert.True(one.Step());
            Assert.Equal((i, i % 1_000), (one.Number(0), one.Utf8(5).Length));
            Assert.Equal(7, reading.Prepare("SELECT ?1 + 0").Bind(1, 7).FirstNumber());
            if (i < Rows - 10)
            {
                Assert.True(other.Step());
                Assert.Equal(i + 10, other.Number(0));
            }
        }

        Assert.False(one.Step());
        Assert.False(other.Step());
    }

    [Fact]
    public void A_scan_that_is_left_begins_anew()
    {
        using (var session = _test.Database.OpenWrite())
        {
            session.Begin();
            for (var i = 0; i < 5_000; i++)
            {
                Insert(session, i, null, "text");
            }

            session.Commit();
        }

        using var reading = _test.Database.OpenRead();
        var scan = reading.PrepareScan(Whole).Bind(1, _test.Workspace.Id).Bind(2, 100);
        Assert.True(scan.Step());
        scan = reading.PrepareScan(Whole).Bind(1, _test.Workspace.Id).Bind(2, 4_998);
        Assert.True(scan.Step());
        Assert.Equal(4_998, scan.Number(0));
        Assert.True(scan.Step());
        Assert.False(scan.Step());

        // The session ends in the middle of one.
        Assert.True(reading.PrepareScan(Whole).Bind(1, _test.Workspace.Id).Bind(2, 0).Step());
    }

    [Fact]
    public void A_scan_that_the_database_refuses_says_so()
    {
        using var session = _test.Database.OpenRead();

        Assert.ThrowsAny<DbException>(() => session.PrepareScan("SELECT nothing FROM nowhere").Step());
    }

    private void Insert(UsageSession session, int seq, double? score, string? provider) =>
        Columns(session).Bind(1, _test.Workspace.Id).Bind(2, 1L).Bind(3, 2L).Bind(4, seq).Bind(5, -seq).Bind(6, (long?)1).Bind(7, score)
            .Bind(8, "id").Bind(9, provider).BindUtf8(10, "category"u8).Execute();

    private static Statement Columns(UsageSession session) => session.PrepareInsert(
        "message_moderation", "workspace_id", "conversation_created_at", "conversation_no", "seq", "ordinal", "flagged",
        "score", "external_id", "provider", "category");

    private static List<string?> Providers(UsageSession session)
    {
        var rows = session.Prepare("SELECT provider FROM message_moderation ORDER BY seq");
        var providers = new List<string?>();
        while (rows.Step())
        {
            providers.Add(rows.Text(0));
        }

        rows.Reset();
        return providers;
    }
}
