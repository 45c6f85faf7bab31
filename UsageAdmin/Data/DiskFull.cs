using Microsoft.Data.Sqlite;
using Npgsql;

namespace UsageAdmin.Data;

/// <summary>Recognises the one failure that somebody else can mend: no room left for a file or for the database.</summary>
public static class DiskFull
{
    /// <summary>ENOSPC and EFBIG of Unix, EDQUOT of Linux and macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    private static readonly int[] Codes =
        OperatingSystem.IsWindows() ? [unchecked((int)0x80070070), unchecked((int)0x80070027)] : [28, 27, 122, 69];

    public static bool Is(Exception exception) => exception switch
    {
        SqliteException e => e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL,
        PostgresException e => e.SqlState == PostgresErrorCodes.DiskFull,
        IOException e when Codes.Contains(e.HResult) => true,
        _ => exception.InnerException is { } inner && Is(inner),
    };
}
