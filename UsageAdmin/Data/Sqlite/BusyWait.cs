using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace UsageAdmin.Data.Sqlite;

/// <summary>
/// How a connection waits for another that writes: it tries every two milliseconds for five seconds. SQLite's own waiting
/// soon tries ten times a second alone, and misses the gaps that an import leaves between its transactions.
/// </summary>
internal static unsafe partial class BusyWait
{
    private const int Milliseconds = 2;
    private const int Tries = 5_000 / Milliseconds;

    /// <summary>Until <c>PRAGMA busy_timeout</c> sets another way.</summary>
    public static void Set(SqliteConnection connection)
    {
        if (SetHandler(connection.Handle!, &Wait, null) != SQLitePCL.raw.SQLITE_OK)
        {
            throw new InvalidOperationException("SQLite took no busy handler.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Wait(void* unused, int tries)
    {
        Thread.Sleep(Milliseconds);
        return tries < Tries ? 1 : 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_busy_handler")]
    private static partial int SetHandler(
        SQLitePCL.sqlite3 connection, delegate* unmanaged[Cdecl]<void*, int, int> handler, void* argument);
}
