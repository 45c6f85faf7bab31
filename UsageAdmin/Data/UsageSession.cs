namespace UsageAdmin.Data;

/// <summary>A connection of its own with the statements prepared on it. Not safe for use by two threads at once.</summary>
public abstract class UsageSession : IDisposable
{
    private bool _disposed;

    /// <summary>What engines say in different words.</summary>
    public abstract SqlDialect Sql { get; }

    /// <summary>Whether each query goes to another process and back: fewer and larger ones are faster then.</summary>
    public virtual bool IsRemote => false;

    /// <summary>Of a session for bulk: the size of the log since its last commit; see <see cref="UsageDatabase.WalBytes"/>.</summary>
    public virtual long WalBytes => 0;

    /// <summary>The statement for this SQL, reset. The same object each time: one use at a time.</summary>
    public abstract Statement Prepare(string sql);

    /// <summary>
    /// A query of many rows that are read from first to last, by number and text. Its parameters are whole numbers.
    /// </summary>
    public virtual Statement PrepareScan(string sql) => Prepare(sql);

    /// <summary>
    /// The insertion of a row that is not there yet, with a parameter for each column in their order; each row binds all of
    /// them. Within a transaction alone. An engine may insert many such rows at once, before the next statement that may see
    /// them, and say only then that it refuses; what it has inserted until then is to be taken back.
    /// </summary>
    public abstract Statement PrepareInsert(string table, params string[] columns);

    public void Execute(string sql) => Prepare(sql).Execute();

    /// <summary>Starts a transaction that writes, alone with what it holds. Waits for others for five seconds at most.</summary>
    /// <remarks>An engine with one writer at a time lets all others wait, whatever they hold.</remarks>
    public abstract void Begin(WriteLock? held = null);

    /// <summary>Within a transaction: nobody else holds the same until its end.</summary>
    public abstract void Hold(WriteLock held);

    public abstract void Commit();

    public abstract void Rollback();

    /// <summary>Rows that the last statement changed.</summary>
    public abstract long Changes();

    /// <summary>
    /// Within a transaction that writes: whether somebody else may have committed since this was asked last. What was read
    /// before may be gone.
    /// </summary>
    public abstract bool IsChangedByOthers();

    /// <summary>Takes back what was not committed.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Dispose(true);
            GC.SuppressFinalize(this);
        }
    }

    protected abstract void Dispose(bool disposing);
}
