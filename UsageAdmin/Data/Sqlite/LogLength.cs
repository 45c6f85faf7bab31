using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UsageAdmin.Data.Sqlite;

/// <summary>
/// How long the write-ahead log is since the last commit of one connection. Its file may be longer; see
/// <see cref="SqliteDatabase.OpenBulkWrite"/>.
/// </summary>
internal sealed unsafe partial class LogLength : IDisposable
{
    private readonly SQLitePCL.sqlite3 _connection;
    private long* _pages = (long*)NativeMemory.AllocZeroed(sizeof(long));

    /// <remarks>Until <c>PRAGMA wal_autocheckpoint</c> sets another way.</remarks>
    public LogLength(SQLitePCL.sqlite3 connection)
    {
        _connection = connection;
        SetHook(connection, &Committed, _pages);
    }

    public long Pages => *_pages;

    public void Dispose()
    {
        if (_pages is not null)
        {
            SetHook(_connection, null, null);
            NativeMemory.Free(_pages);
            _pages = null;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Committed(void* pages, void* connection, byte* database, int pagesInLog)
    {
        *(long*)pages = pagesInLog;
        return SQLitePCL.raw.SQLITE_OK;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_wal_hook")]
    private static partial void* SetHook(
        SQLitePCL.sqlite3 connection, delegate* unmanaged[Cdecl]<void*, void*, byte*, int, int> hook, void* argument);
}
