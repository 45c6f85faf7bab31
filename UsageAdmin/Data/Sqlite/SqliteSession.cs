using Microsoft.Data.Sqlite;

namespace UsageAdmin.Data.Sqlite;

/// <summary>A session on the file.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : UsageSession
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private bool _inTransaction;
    private long _dataVersion;

    public SQLitePCL.sqlite3 Handle => connection.Handle!;

    public override SqlDialect Sql => SqliteDialect.Instance;

    public override Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(connection, sql);
            _statements.Add(sql, statement);
        }

        return statement.Reset();
    }

    public override Statement PrepareInsert(string table, params string[] columns) => Prepare(
        $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({SqlDialect.Values(columns.Length)})");

    /// <summary>There is one writer at a time: it is alone with everything.</summary>
    public override void Begin(WriteLock? held = null) => Begin("BEGIN IMMEDIATE");

    public void BeginRead() => Begin("BEGIN");

    public override void Hold(WriteLock held)
    {
    }

    public override void Commit()
    {
        Execute("COMMIT");
        _inTransaction = false;
    }

    public override void Rollback()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (_inTransaction)
        {
            _inTransaction = false;

            // A full disk, for example, makes SQLite roll back by itself.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            {
                Execute("ROLLBACK");
            }
        }
    }

    public override long Changes() => Prepare("SELECT changes()").FirstNumber()!.Value;

    public override bool IsChangedByOthers()
    {
        var version = Prepare("PRAGMA data_version").FirstNumber()!.Value;
        var isChanged = version != _dataVersion;
        _dataVersion = version;
        return isChanged;
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            Rollback();
        }
        finally
        {
            foreach (var statement in _statements.Values)
            {
                statement.Dispose();
            }

            connection.Dispose();
        }
    }

    private void Begin(string sql)
    {
        Execute(sql);
        _inTransaction = true;
    }
}
