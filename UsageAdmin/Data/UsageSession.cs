using Microsoft.Data.Sqlite;

namespace UsageAdmin.Data;

/// <summary>A connection of its own with the statements prepared on it. Not safe for use by two threads at once.</summary>
public sealed class UsageSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private bool _inTransaction;
    private bool _disposed;

    internal UsageSession(SqliteConnection connection) => _connection = connection;

    /// <summary>The statement for this SQL, reset. The same object each time: one use at a time.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new Statement(_connection, sql);
            _statements.Add(sql, statement);
        }

        return statement.Reset();
    }

    public void Execute(string sql) => Prepare(sql).Execute();

    /// <summary>Starts a transaction. Immediate: waits for the other writers, at most five seconds.</summary>
    public void Begin(bool immediate = true)
    {
        Execute(immediate ? "BEGIN IMMEDIATE" : "BEGIN");
        _inTransaction = true;
    }

    public void Commit()
    {
        Execute("COMMIT");
        _inTransaction = false;
    }

    public void Rollback()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (_inTransaction)
        {
            _inTransaction = false;

            // A full disk, for example, makes SQLite roll back by itself.
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
            {
                Execute("ROLLBACK");
            }
        }
    }

    /// <summary>Takes back what was not committed.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
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

            _connection.Dispose();
        }
    }
}
