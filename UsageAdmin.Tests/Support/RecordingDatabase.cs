using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.PostgreSql;

namespace UsageAdmin.Tests.Support;

/// <summary>Statements of one transaction that use large tables.</summary>
/// <param name="Uses">The workspaces that they were bound to, by id.</param>
/// <param name="Unbound">Those that were bound to none.</param>
internal sealed record RecordedTransaction(
    bool Writes, IReadOnlySet<(long Workspace, string Sql)> Uses, IReadOnlyList<string> Unbound);

/// <summary>A database that remembers which workspaces each transaction was about.</summary>
internal sealed partial class RecordingDatabase(UsageDatabase inner) : UsageDatabase, IDisposable
{
    private static readonly Regex Uses =
        new($@"\b(FROM|UPDATE|INTO|JOIN) ({string.Join('|', DistributedTables.Names)})\b", RegexOptions.Compiled);

    private readonly ConcurrentQueue<RecordedTransaction> _transactions = new();

    public IReadOnlyList<RecordedTransaction> Transactions => [.. _transactions];

    public override string Description => inner.Description;

    public override bool IsShared => inner.IsShared;

    public override long WalBytes => inner.WalBytes;

    public override UsageSession OpenRead() => new Session(this, inner.OpenRead(), writes: false);

    public override UsageSession? OpenBeside(UsageSession session) =>
        inner.OpenBeside(((Session)session).Inner) is { } beside ? new Session(this, beside, writes: false) : null;

    public override UsageSession OpenWrite(bool waits = true) => new Session(this, inner.OpenWrite(waits), writes: true);

    public override UsageSession OpenBulkWrite() => new Session(this, inner.OpenBulkWrite(), writes: true);

    public override IDisposable? TryClaim(WriteLock work) => inner.TryClaim(work);

    public override void Configure(DbContextOptionsBuilder options) => inner.Configure(options);

    public override UsageDbContext CreateContext() => inner.CreateContext();

    public override Task MigrateAsync(UsageDbContext db, CancellationToken cancellationToken = default) =>
        inner.MigrateAsync(db, cancellationToken);

    public override void Checkpoint() => inner.Checkpoint();

    public override void FlushLog() => inner.FlushLog();

    public void Dispose() => (inner as IDisposable)?.Dispose();

    [GeneratedRegex(@"workspace_id = \?(\d+)")]
    private static partial Regex Conditions();

    [GeneratedRegex(@"INTO \w+ \(([^)]*)\)\s*VALUES \(([^)]*)\)")]
    private static partial Regex Insertion();

    /// <summary>The parameters of a statement that are workspaces.</summary>
    private static int[] WorkspacesOf(string sql)
    {
        var numbers = Conditions().Matches(sql).Select(m => m.Groups[1].Value).ToList();
        if (Insertion().Match(sql) is { Success: true } insertion)
        {
            var column = Array.IndexOf(insertion.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries), "workspace_id");
            numbers.AddRange(column < 0 ? [] : [insertion.Groups[2].Value.Split(',')[column].Trim().TrimStart('?')]);
        }

        return [.. numbers.Select(n => int.Parse(n, CultureInfo.InvariantCulture)).Distinct()];
    }

    private sealed class Session(RecordingDatabase database, UsageSession inner, bool writes) : UsageSession
    {
        private readonly Dictionary<Statement, Recorded> _statements = [];
        private HashSet<(long, string)> _uses = [];
        private List<string> _unbound = [];

        public UsageSession Inner => inner;

        public override SqlDialect Sql => inner.Sql;

        public override bool IsRemote => inner.IsRemote;

        public override long WalBytes => inner.WalBytes;

        public override Statement Prepare(string sql) => Of(inner.Prepare(sql), sql);

        public override Statement PrepareScan(string sql) => Of(inner.PrepareScan(sql), sql);

        public override Statement PrepareInsert(string table, params string[] columns) => Of(
            inner.PrepareInsert(table, columns),
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({SqlDialect.Values(columns.Length)})");

        public override void Begin(WriteLock? held = null)
        {
            End();
            inner.Begin(held);
        }

        public override void Hold(WriteLock held) => inner.Hold(held);

        public override void Commit()
        {
            inner.Commit();
            End();
        }

        public override void Rollback()
        {
            inner.Rollback();
            End();
        }

        public override long Changes() => inner.Changes();

        public override bool IsChangedByOthers() => inner.IsChangedByOthers();

        public void Ran(string sql, List<long> workspaces)
        {
            _uses.UnionWith(workspaces.Select(workspace => (workspace, sql)));
            if (workspaces.Count == 0)
            {
                _unbound.Add(sql);
            }
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            End();
        }

        private Statement Of(Statement statement, string sql)
        {
            if (!_statements.TryGetValue(statement, out var recorded))
            {
                recorded = new Recorded(this, statement, sql);
                _statements.Add(statement, recorded);
            }

            return recorded.Reset();
        }

        private void End()
        {
            if (_uses.Count > 0 || _unbound.Count > 0)
            {
                database._transactions.Enqueue(new RecordedTransaction(writes, _uses, _unbound));
                (_uses, _unbound) = ([], []);
            }
        }
    }

    private sealed class Recorded(Session session, Statement inner, string sql) : Statement
    {
        private readonly bool _isLarge = Uses.IsMatch(sql);
        private readonly int[] _parameters = WorkspacesOf(sql);
        private readonly Dictionary<int, long> _bound = [];
        private Statement _statement = inner;
        private bool _isRunning;

        public override Statement Bind(int parameter, long value) => Bind(parameter, (long?)value);

        public override Statement Bind(int parameter, long? value)
        {
            if (value is { } number)
            {
                _bound[parameter] = number;
            }
            else
            {
                _bound.Remove(parameter);
            }

            return On(_statement.Bind(parameter, value));
        }

        public override Statement Bind(int parameter, double? value) => On(_statement.Bind(parameter, value));

        public override Statement Bind(int parameter, string? value) => On(_statement.Bind(parameter, value));

        public override Statement BindUtf8(int parameter, ReadOnlySpan<byte> value) => On(_statement.BindUtf8(parameter, value));

        public override Statement BindBytes(int parameter, ReadOnlySpan<byte> value) => On(_statement.BindBytes(parameter, value));

        public override Statement BindNull(int parameter) => On(_statement.BindNull(parameter));

        public override bool Step()
        {
            Record();
            return _statement.Step();
        }

        public override void Execute()
        {
            Record();
            _statement.Execute();
            _isRunning = false;
        }

        public override long? InsertedId()
        {
            Record();
            _isRunning = false;
            return _statement.InsertedId();
        }

        public override Statement Reset()
        {
            _isRunning = false;
            return On(_statement.Reset());
        }

        public override bool IsNull(int column) => _statement.IsNull(column);

        public override object? Value(int column) => _statement.Value(column);

        public override long Number(int column) => _statement.Number(column);

        public override long? NullableNumber(int column) => _statement.NullableNumber(column);

        public override double? NullableReal(int column) => _statement.NullableReal(column);

        public override ReadOnlySpan<byte> Utf8(int column) => _statement.Utf8(column);

        protected override void Dispose(bool disposing) => _statement.Dispose();

        private Recorded On(Statement same)
        {
            _statement = same;
            return this;
        }

        private void Record()
        {
            if (_isLarge && !_isRunning)
            {
                session.Ran(sql, _parameters.Where(_bound.ContainsKey).Select(parameter => _bound[parameter]).ToList());
            }

            _isRunning = true;
        }
    }
}
