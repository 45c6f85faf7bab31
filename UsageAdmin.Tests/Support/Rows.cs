using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;

namespace UsageAdmin.Tests.Support;

/// <summary>Reads and writes tables with the engine's own client, past the program's statements.</summary>
internal static class Rows
{
    /// <summary>The rows of a query, one line each with <c>|</c> between the columns.</summary>
    public static string[] Of(UsageDatabase database, string sql) => Read(database, sql, row => string.Join(
        '|', row.Select(value => Convert.ToString(value is bool truth ? truth ? 1 : 0 : value, CultureInfo.InvariantCulture))));

    /// <summary>What is made of each row's values; null stands for NULL.</summary>
    public static T[] Read<T>(UsageDatabase database, string sql, Func<object?[], T> make)
    {
        using var db = database.CreateContext();
        var connection = db.Database.GetDbConnection();
        db.Database.OpenConnection();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Tests write their own SQL.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(make([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]));
        }

        return [.. rows];
    }

    public static void Execute(UsageDatabase database, string sql)
    {
        using var db = database.CreateContext();
#pragma warning disable EF1002 // Tests write their own SQL.
        db.Database.ExecuteSqlRaw(sql);
#pragma warning restore EF1002
    }

    /// <summary>SQL for an instant of UTC as <c>2026-01-31</c>, <c>2026-01</c> or <c>2026-01-31 23:59:59</c>.</summary>
    /// <param name="milliseconds">SQL for the milliseconds since 1970.</param>
    public static string Instant(string milliseconds, string format = "%Y-%m-%d") => TestEngine.IsPostgreSql
        ? $"to_char(to_timestamp(({milliseconds}) / 1000) AT TIME ZONE 'UTC', '{format.Replace("%Y", "YYYY", StringComparison.Ordinal)
            .Replace("%m", "MM", StringComparison.Ordinal).Replace("%d", "DD", StringComparison.Ordinal)
            .Replace("%H", "HH24", StringComparison.Ordinal).Replace("%M", "MI", StringComparison.Ordinal)
            .Replace("%S", "SS", StringComparison.Ordinal)}')"
        : $"strftime('{format}', ({milliseconds}) / 1000, 'unixepoch')";

    /// <summary>
    /// Makes every statement wait for ever that writes down how an export ended, where others still see it running. A
    /// PostgreSQL that sleeps keeps its locks when its client is killed, unless it is told to look after the client.
    /// </summary>
    public static void HoldEndOfExports(UsageDatabase database) => Execute(database, TestEngine.IsPostgreSql
        ? """
            DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET client_connection_check_interval = 100', current_database()); END$$;
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END';
            CREATE TRIGGER hold BEFORE UPDATE ON export FOR EACH ROW
            WHEN (NEW.finished_at IS NOT NULL AND NEW.rows IS NOT NULL) EXECUTE FUNCTION hold()
            """
        : """
            CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
            CREATE TRIGGER hold BEFORE UPDATE ON export WHEN NEW.finished_at IS NOT NULL AND NEW.rows IS NOT NULL
            BEGIN SELECT count(*) FROM endless; END;
            """);

    public static void LetExportsEnd(UsageDatabase database) =>
        Execute(database, $"DROP TRIGGER hold{(TestEngine.IsPostgreSql ? " ON export" : "")}");

    /// <summary>Makes the database refuse new rows of a table.</summary>
    public static void Refuse(UsageDatabase database, string table) => Execute(database, TestEngine.IsPostgreSql
        ? $"""
            CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
            CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()
            """
        : $"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END");

    public static void Accept(UsageDatabase database, string table) =>
        Execute(database, $"DROP TRIGGER broken{(TestEngine.IsPostgreSql ? $" ON {table}" : "")}");

    /// <summary>The tables, those of the engine and of migrations left out.</summary>
    public static string[] Tables(UsageDatabase database)
    {
        using var db = database.CreateContext();
        return [.. db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct().Order(StringComparer.Ordinal)];
    }
}
