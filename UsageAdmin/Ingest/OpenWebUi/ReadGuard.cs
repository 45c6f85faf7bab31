using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Makes a connection refuse every statement that reads anything but the listed columns (sqlite.org/c3ref/set_authorizer), runs
/// a view or a trigger, or calls a function that is not needed here: a file is somebody else's data.
/// </summary>
internal static class ReadGuard
{
    private const int EnableTrigger = 1003;
    private const int Defensive = 1010;
    private const int EnableView = 1015;
    private const int TrustedSchema = 1017;

    private static readonly string[] Functions = ["octet_length", "max", "count"];

    /// <exception cref="SqliteException">The schema cannot be read.</exception>
    public static void Apply(SqliteConnection connection)
    {
        var database = connection.Handle!;
        foreach (var (option, value) in ((int, int)[])[(Defensive, 1), (TrustedSchema, 0), (EnableTrigger, 0), (EnableView, 0)])
        {
            if (raw.sqlite3_db_config(database, option, value, out _) != raw.SQLITE_OK)
            {
                throw new InvalidOperationException($"SQLite does not know option {option}.");
            }
        }

        using (var pragmas = connection.CreateCommand())
        {
            pragmas.CommandText = "PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1";
            pragmas.ExecuteNonQuery();
        }

        if (raw.sqlite3_set_authorizer(database, Decide, null) != raw.SQLITE_OK)
        {
            throw new InvalidOperationException("SQLite took no authorizer.");
        }
    }

    private static int Decide(
        object userData, int action, string? first, string? second, string? databaseName, string? triggerOrView)
    {
        var isAllowed = triggerOrView is null && action switch
        {
            raw.SQLITE_SELECT => true,
            raw.SQLITE_READ => first is "sqlite_master" || SourceTables.MayRead(first, second),
            raw.SQLITE_FUNCTION => Functions.Contains(second, StringComparer.OrdinalIgnoreCase),
            raw.SQLITE_PRAGMA => first is "table_info" or "encoding",
            _ => false,
        };
        return isAllowed ? raw.SQLITE_OK : raw.SQLITE_DENY;
    }
}
