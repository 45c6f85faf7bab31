using Microsoft.Data.Sqlite;

namespace UsageAdmin.Data.Sqlite;

/// <summary>A session on the file.</summary>
/// <param name="log">Null: nobody asks how long it is.</param>
internal sealed class SqliteSession(SqliteConnection connection, LogLength? log = null) : UsageSession
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqliteInsertion> _insertions = new(StringComparer.Ordinal);
    private readonly TableMentions _mentions = new();
    private bool _inTransaction;
    private long _dataVersion;
    private long? _pageBytes;

    public SQLitePCL.sqlite3 Handle => connection.Handle!;

    public override long WalBytes => log is null ? 0 : log.Pages * (_pageBytes ??= Prepare("PRAGMA page_size").FirstNumber()!.Value);

    public override SqlDialect Sql => SqliteDialect.Instance;

    public override Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(connection, sql, this);
            _statements.Add(sql, statement);
        }

        return statement.Reset();
    }

    public override Statement PrepareInsert(string table, params string[] columns)
    {
        var target = $"{table} ({string.Join(", ", columns)})";
        if (!_insertions.TryGetValue(target, out var insertion))
        {
            insertion = new SqliteInsertion(this, table, columns);
            _insertions.Add(target, insertion);
        }

        return insertion;
    }

    /// <summary>There is one writer at a time: it is alone with everything.</summary>
    public override void Begin(WriteLock? held = null) => Begin("BEGIN IMMEDIATE");

    public void BeginRead() => Begin("BEGIN");

    public override void Hold(WriteLock held)
    {
    }

    public override void Commit()
    {
        foreach (var insertion in _insertions.Values)
        {
            insertion.Send();
        }

        Execute("COMMIT");
        _inTransaction = false;
    }

    public override void Rollback()
    {
        foreach (var insertion in _insertions.Values)
        {
            insertion.Drop();
        }

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

    /// <summary>A statement that is nobody else's, and before which nothing is sent.</summary>
    internal SqliteStatement Own(string sql) => new(connection, sql);

    /// <exception cref="InvalidOperationException">There is no transaction, at whose end the row would be inserted.</exception>
    internal void RequireTransaction()
    {
        if (!_inTransaction)
        {
            throw new InvalidOperationException("New rows are written within a transaction.");
        }
    }

    /// <summary>Before a statement runs: inserts the new rows that it may see.</summary>
    internal void SendFor(string sql)
    {
        if (_insertions.Count == 0)
        {
            return;
        }

        foreach (var insertion in _insertions.Values)
        {
            if (insertion.Rows > 0 && _mentions.Has(sql, insertion.Table))
            {
                insertion.Send();
            }
        }
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

            foreach (var insertion in _insertions.Values)
            {
                insertion.Dispose();
            }

            log?.Dispose();
            connection.Dispose();
        }
    }

    private void Begin(string sql)
    {
        Execute(sql);
        _inTransaction = true;
    }
}
