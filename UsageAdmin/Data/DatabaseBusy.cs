using Microsoft.Data.Sqlite;
using Npgsql;

namespace UsageAdmin.Data;

/// <summary>Recognises that somebody else was in the way for too long: the same may work a moment later.</summary>
public static class DatabaseBusy
{
    public static bool Is(Exception exception) => exception switch
    {
        SqliteException e => e.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED,
        PostgresException e => e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.CannotConnectNow,
        _ => exception.InnerException is { } inner && Is(inner),
    };
}
