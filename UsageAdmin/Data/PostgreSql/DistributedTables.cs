using System.Globalization;
using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// Where the extension Citus is installed, the large tables lie on its servers by their workspace: all rows of a workspace on
/// one of them. The other tables stay where they are, on the coordinator.
/// </summary>
internal static class DistributedTables
{
    /// <summary>Those of <see cref="BigTables"/> that have a workspace. Where rows of the first lie, those of the others do.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "conversation", "message", "message_feedback", "message_moderation", "message_file", "usage_slot", "action_use",
        "workflow_run", "usage_event", "external_key", "usage_day", "packed_day",
    ];

    /// <summary>
    /// Distributes what is not distributed yet, one table after the other: who comes after a process that died in between goes
    /// on. Where there is no Citus, nothing happens. The caller sees to it that it is alone.
    /// </summary>
    /// <exception cref="PostgresException">Citus refuses.</exception>
    public static async Task DistributeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await IsInstalledAsync(connection, cancellationToken))
        {
            return;
        }

        foreach (var name in Names)
        {
            if (!await IsDistributedAsync(connection, name, cancellationToken))
            {
                await using var distribute = Command(connection, "SELECT create_distributed_table($1::regclass, $2, colocate_with => $3)");
                distribute.Parameters.AddWithValue(name);
                distribute.Parameters.AddWithValue("workspace_id");
                distribute.Parameters.AddWithValue(name == Names[0] ? "none" : Names[0]);
                await distribute.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    /// <summary>A function of that name which an extension has brought.</summary>
    private static Task<bool> IsInstalledAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => IsAnyAsync(
        Command(
            connection,
            """
            SELECT count(*) FROM pg_proc p
            JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
            WHERE p.proname = 'create_distributed_table'
            """),
        cancellationToken);

    private static Task<bool> IsDistributedAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var command = Command(connection, "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = $1::regclass");
        command.Parameters.AddWithValue(name);
        return IsAnyAsync(command, cancellationToken);
    }

    private static async Task<bool> IsAnyAsync(NpgsqlCommand count, CancellationToken cancellationToken)
    {
        await using (count)
        {
            return Convert.ToInt64(await count.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) > 0;
        }
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Only constants of this class come here.
        return new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
    }
}
