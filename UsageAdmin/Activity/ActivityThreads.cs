using UsageAdmin.Data;

namespace UsageAdmin.Activity;

/// <summary>
/// Lets one large export at a time use a second thread, so that a single file comes fast and many share the machine evenly.
/// </summary>
internal sealed class ActivityThreads(UsageDatabase database)
{
    /// <summary>Below so many conversations in the range a second thread is not worth its start.</summary>
    private const int WorthTwo = 2_000;

    private int _taken;

    /// <summary>
    /// A second session on the export's snapshot; null: one thread is to write it. To be asked for as soon as the snapshot
    /// is there: once more is written, SQLite may not find it any more.
    /// </summary>
    public SecondSession? TakeSecond(UsageSession session, ActivitySelection selection)
    {
        if (Environment.ProcessorCount == 1 || !IsWorthTwo(session, selection) || Interlocked.Exchange(ref _taken, 1) == 1)
        {
            return null;
        }

        if (database.OpenBeside(session) is { } second)
        {
            return new SecondSession(this, second);
        }

        _taken = 0;
        return null;
    }

    private static bool IsWorthTwo(UsageSession session, ActivitySelection selection) =>
        session.Prepare(
                $"""
                SELECT count(*) FROM (SELECT 1 FROM conversation
                WHERE workspace_id = ?1 AND created_at >= ?2 AND created_at < ?3 LIMIT {WorthTwo}) AS found
                """)
            .Bind(1, selection.Scope.Workspace.Id).Bind(2, UnixMilliseconds.From(selection.FromUtc))
            .Bind(3, UnixMilliseconds.From(selection.ToUtc)).FirstNumber() == WorthTwo;

    /// <summary>Dispose it to let another export have it.</summary>
    internal sealed class SecondSession(ActivityThreads threads, UsageSession session) : IDisposable
    {
        private bool _disposed;

        public UsageSession Session => session;

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                session.Dispose();
                Volatile.Write(ref threads._taken, 0);
            }
        }
    }
}
