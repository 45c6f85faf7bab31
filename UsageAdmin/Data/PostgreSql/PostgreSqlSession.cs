using System.Data;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// A session on a server. One that reads opens further connections on the same snapshot while several large results are read
/// side by side. One that writes sends statements without rows together, before the next one with rows; new rows in bulk.
/// </summary>
internal sealed class PostgreSqlSession : UsageSession
{
    /// <summary>
    /// What is written is looked up by keys. A plan kept from when tables were empty, or made from counts of that time, would
    /// read them whole, again and again.
    /// </summary>
    private const string ByKeys =
        "SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    private const int MostLines = 6;

    /// <summary>Of a connection, each way.</summary>
    public const int BufferBytes = 64 << 10;

    /// <summary>Fits into the buffer.</summary>
    private const int MostPendingBytes = 48 << 10;
    private const int BytesOfParameter = 16;
    private const int MostCopiedBytes = 4 << 20;

    private readonly NpgsqlDataSource _source;
    private readonly List<SessionLine> _lines = [];
    private readonly Dictionary<string, PostgreSqlStatement> _statements = new(StringComparer.Ordinal);
    private readonly string? _snapshot;
    private readonly bool _waits;
    private readonly Dictionary<string, ScanStatement> _scans = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CopyStatement> _insertions = new(StringComparer.Ordinal);
    private readonly TableMentions _mentions = new();
    private readonly HashSet<string> _pendingSql = new(StringComparer.Ordinal);
    private NpgsqlBatch? _pending;
    private int _pendingBytes;
    private bool _inTransaction;
    private long _changes;
    private long _transaction;

    private PostgreSqlSession(NpgsqlDataSource source, NpgsqlConnection connection, string? snapshot, bool waits)
    {
        _source = source;
        _lines.Add(new SessionLine(connection));
        (_snapshot, _waits) = (snapshot, waits);
    }

    public override SqlDialect Sql => PostgreSqlDialect.Instance;

    public override bool IsRemote => true;

    private NpgsqlConnection Main => _lines[0].Connection;

    public static PostgreSqlSession Read(NpgsqlDataSource source)
    {
        var connection = source.OpenConnection();
        try
        {
            using var begin = new NpgsqlCommand(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot()", connection);
            return new PostgreSqlSession(source, connection, (string)begin.ExecuteScalar()!, waits: true)
            {
                _inTransaction = true,
            };
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static PostgreSqlSession Write(NpgsqlDataSource source, bool waits)
    {
        var connection = source.OpenConnection();
        try
        {
            Run(connection, waits ? ByKeys : $"{ByKeys}; SET lock_timeout = 1");
            return new PostgreSqlSession(source, connection, null, waits);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Another one on the snapshot of one that reads.</summary>
    public PostgreSqlSession OpenBeside() =>
        new(_source, OpenOnSnapshot(), _snapshot, waits: true) { _inTransaction = true };

    public override Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new PostgreSqlStatement(this, sql);
            _statements.Add(sql, statement);
        }

        return statement.Reset();
    }

    public override Statement PrepareScan(string sql)
    {
        if (_snapshot is null)
        {
            return Prepare(sql);
        }

        if (!_scans.TryGetValue(sql, out var scan))
        {
            scan = new ScanStatement(this, sql);
            _scans.Add(sql, scan);
        }

        return scan.Reset();
    }

    public override Statement PrepareInsert(string table, params string[] columns)
    {
        var target = $"{table} ({string.Join(", ", columns)})";
        if (!_insertions.TryGetValue(target, out var insertion))
        {
            insertion = new CopyStatement(this, table, target, columns.Length);
            _insertions.Add(target, insertion);
        }

        return insertion;
    }

    public override void Begin(WriteLock? held = null)
    {
        var timeout = _waits ? "; SET LOCAL lock_timeout = 5000" : "";

        Run(Main, $"BEGIN{timeout}{(held is { } first ? $"; {LockSql(first)}" : "")}");
        _inTransaction = true;
    }

    public override void Hold(WriteLock held)
    {
        FreeLine();
        Run(Main, LockSql(held));
    }

    public override void Commit()
    {
        FreeLine();
        Run(Main, "COMMIT");
        _inTransaction = false;
    }

    public override void Rollback()
    {
        DropPending();
        foreach (var statement in _statements.Values)
        {
            statement.Reset();
        }

        if (_inTransaction)
        {
            _inTransaction = false;
            if (Main.FullState.HasFlag(ConnectionState.Open))
            {
                Run(Main, "ROLLBACK");
            }
        }
    }

    public override long Changes()
    {
        Flush();
        return _changes;
    }

    /// <summary>Transactions that write are numbered: if this one follows the last one here, there was no other between.</summary>
    public override bool IsChangedByOthers()
    {
        var transaction = Prepare("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)").FirstNumber()!.Value;
        var isChanged = transaction != _transaction + 1;
        _transaction = transaction;
        return isChanged;
    }

    /// <summary>A connection for a statement with rows.</summary>
    /// <param name="sql">The statement; null: any.</param>
    internal SessionLine FreeLine(string? sql = null)
    {
        Flush(sql);
        if (_lines.Find(line => line.Busy is null) is { } free)
        {
            return free;
        }

        if (_snapshot is null || _lines.Count == MostLines)
        {
            var line = _lines.Find(line => line.Busy is PostgreSqlStatement)
                ?? throw new InvalidOperationException("Too many scans at a time.");
            ((PostgreSqlStatement)line.Busy!).FetchAll();
            return line;
        }

        var added = new SessionLine(OpenOnSnapshot());
        _lines.Add(added);
        return added;
    }

    private NpgsqlConnection OpenOnSnapshot()
    {
        var connection = _source.OpenConnection();
        try
        {
            Run(connection, $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{_snapshot}'");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    internal void SetChanges(long rows) => _changes = rows;

    /// <summary>Runs a statement without rows: within a transaction with the next ones.</summary>
    internal void Execute(string sql, ReadOnlySpan<(NpgsqlDbType Type, object? Value)> values)
    {
        foreach (var insertion in _insertions.Values)
        {
            if (insertion.Bytes > 0 && _mentions.Has(sql, insertion.Table))
            {
                Send(insertion);
            }
        }

        var command = new NpgsqlBatchCommand(sql);
        var bytes = sql.Length;
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter();
            PostgreSqlStatement.Set(parameter, value);
            command.Parameters.Add(parameter);
            bytes += BytesOfParameter + (value.Value is byte[] text ? text.Length : 0);
        }

        if (_pending is not null && _pendingBytes + bytes > MostPendingBytes)
        {
            Flush(sql);
        }

        _pendingSql.Add(sql);
        _pending ??= new NpgsqlBatch(Main);
        _pending.BatchCommands.Add(command);
        _pendingBytes += bytes;
        if (!_inTransaction)
        {
            Flush();
        }
    }

    protected override void Dispose(bool disposing)
    {
        DropPending();
        foreach (var line in _lines)
        {
            line.Busy?.Abandon();
        }

        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        // A transaction that is open ends with the connection, which goes back to the pool.
        foreach (var line in _lines)
        {
            line.Connection.Dispose();
        }
    }

    private static string LockSql(WriteLock held) => string.Create(
        CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockNumbers.Of(held)})");

    private static void Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only constants and numbers of this class come here.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Before a new row: what came before it in its table is done before it.</summary>
    internal void StartCopying(CopyStatement insertion)
    {
        if (!_inTransaction)
        {
            throw new InvalidOperationException("New rows are written within a transaction.");
        }

        if (insertion.Bytes == 0 && _pendingSql.Any(sql => _mentions.Has(sql, insertion.Table)))
        {
            Flush();
        }
    }

    internal void Copied(CopyStatement insertion)
    {
        if (insertion.Bytes > MostCopiedBytes)
        {
            Send(insertion);
        }
    }

    /// <summary>Sends what waits, except new rows of tables that do not matter.</summary>
    /// <param name="sql">What comes next; null: all is to be sent.</param>
    private void Flush(string? sql = null)
    {
        foreach (var insertion in _insertions.Values)
        {
            if (insertion.Bytes > 0 && (sql is null || _mentions.Has(sql, insertion.Table)))
            {
                Send(insertion);
            }
        }

        if (_pending is not { } batch)
        {
            return;
        }

        (_pending, _pendingBytes) = (null, 0);
        _pendingSql.Clear();
        using (batch)
        {
            FreeMain();
            batch.ExecuteNonQuery();
            _changes = Math.Max(0, batch.BatchCommands[^1].RecordsAffected);
        }
    }

    private void Send(CopyStatement insertion)
    {
        FreeMain();
        insertion.Send(Main);
        _changes = 1;
    }

    private void FreeMain() => (_lines[0].Busy as PostgreSqlStatement)?.FetchAll();

    private void DropPending()
    {
        _pending?.Dispose();
        (_pending, _pendingBytes) = (null, 0);
        _pendingSql.Clear();
        foreach (var insertion in _insertions.Values)
        {
            insertion.Drop();
        }
    }
}
