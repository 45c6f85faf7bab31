namespace UsageAdmin.Data;

/// <summary>Work for one thread or two, each with a session of its own on the same snapshot.</summary>
internal static class SideBySide
{
    /// <summary>A second session on the snapshot of one that reads; null: one thread is to do all.</summary>
    public static UsageSession? Open(UsageDatabase database, UsageSession session) =>
        Environment.ProcessorCount > 1 ? database.OpenBeside(session) : null;

    /// <summary>Returns once both are done.</summary>
    /// <param name="session">For <paramref name="one"/>, on the caller's thread.</param>
    /// <param name="beside">For <paramref name="other"/>; null: that comes after <paramref name="one"/>, on the same session.</param>
    public static void Run(UsageSession session, UsageSession? beside, Action<UsageSession> one, Action<UsageSession> other)
    {
        if (beside is null)
        {
            one(session);
            other(session);
            return;
        }

        var running = Task.Run(() => other(beside));
        try
        {
            one(session);
        }
        finally
        {
            // Its caller gives back what it reads.
            running.GetAwaiter().GetResult();
        }
    }
}
