using Microsoft.EntityFrameworkCore;

namespace UsageAdmin.Data;

/// <summary>
/// The seam between engines: how the database is made, opened, migrated and tended. Everything else speaks plain SQL
/// through a <see cref="UsageSession"/>, or EF Core.
/// </summary>
public abstract class UsageDatabase
{
    /// <summary>What operators know it by: a path, or a host and a name; never a secret.</summary>
    public abstract string Description { get; }

    /// <summary>Whether servers on several machines may use it at the same time.</summary>
    public abstract bool IsShared { get; }

    /// <summary>A snapshot: all statements of the session see the database as it is at its first read.</summary>
    public abstract UsageSession OpenRead();

    /// <summary>
    /// A second session on the snapshot of one from <see cref="OpenRead"/>, for another thread; null: there can be none. To be
    /// asked for at once: when more is written, a snapshot may be found no longer.
    /// </summary>
    public abstract UsageSession? OpenBeside(UsageSession session);

    /// <summary>A session outside a transaction; see <see cref="UsageSession.Begin"/>.</summary>
    /// <param name="waits">False: where somebody else is in the way, it fails at once.</param>
    public abstract UsageSession OpenWrite(bool waits = true);

    /// <summary>
    /// The same for one large transaction after the other, whose log grows and is copied many times. Only by
    /// <see cref="UsageSession.WalBytes"/> is known how much it holds meanwhile.
    /// </summary>
    public abstract UsageSession OpenBulkWrite();

    /// <summary>
    /// Takes work that servers on other machines see too, for as long as it takes. Null: one of them has it. It ends when it is
    /// disposed of, and with the process or its connection.
    /// </summary>
    public abstract IDisposable? TryClaim(WriteLock work);

    /// <summary>Points EF at the database.</summary>
    public abstract void Configure(DbContextOptionsBuilder options);

    /// <summary>The schema as EF sees it; dispose it.</summary>
    public abstract UsageDbContext CreateContext();

    /// <summary>Makes what is missing and brings the schema up to date. Safe to run in several processes.</summary>
    /// <exception cref="SettingException">
    /// The database cannot be used as it is, for example because a newer version of the program wrote it; the message says what
    /// to do.
    /// </exception>
    public abstract Task MigrateAsync(UsageDbContext db, CancellationToken cancellationToken = default);

    /// <summary>Size of the log that <see cref="Checkpoint"/> shortens, in bytes, or more; 0: there is nothing to do.</summary>
    public abstract long WalBytes { get; }

    /// <summary>Brings what is in the log into place, unless somebody writes. Readers go on.</summary>
    public abstract void Checkpoint();

    /// <summary>
    /// Waits until the disk has what is in the log. For a thread beside one that writes much: the next <see cref="Checkpoint"/>,
    /// during which nobody writes, then need not wait for it.
    /// </summary>
    /// <exception cref="IOException">The disk did not take it, which it says once.</exception>
    public virtual void FlushLog()
    {
    }
}
