using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>A database on a PostgreSQL server, 15 or later. Several servers of this program may share it.</summary>
public sealed class PostgreSqlDatabase : UsageDatabase, IDisposable
{
    public const string Setting = "ConnectionStrings:UsageAdmin";

    private const int OldestVersion = 15;

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _source;

    /// <param name="connectionString">Setting <c>ConnectionStrings:UsageAdmin</c>.</param>
    /// <exception cref="SettingException">It is missing or is none.</exception>
    public PostgreSqlDatabase(string? connectionString)
    {
        _settings = Parse(connectionString);
        _source = new NpgsqlDataSourceBuilder(_settings.ConnectionString).Build();
    }

    public override string Description => $"{Where} database {_settings.Database}";

    public override bool IsShared => true;

    /// <summary>The server keeps its log short by itself.</summary>
    public override long WalBytes => 0;

    public override UsageSession OpenBulkWrite() => OpenWrite();

    private string Where => string.Create(CultureInfo.InvariantCulture, $"{_settings.Host}:{_settings.Port}");

    public override UsageSession OpenRead() => PostgreSqlSession.Read(_source);

    public override UsageSession OpenBeside(UsageSession session) => ((PostgreSqlSession)session).OpenBeside();

    public override UsageSession OpenWrite(bool waits = true) => PostgreSqlSession.Write(_source, waits);

    public override IDisposable? TryClaim(WriteLock work) => Claim.TryTake(_source, LockNumbers.Of(work));

    public override void Configure(DbContextOptionsBuilder options) =>
        options.UseNpgsql(_source).AddInterceptors(StorableParameters.Instance);

    public override UsageDbContext CreateContext()
    {
        var options = new DbContextOptionsBuilder<PostgreSqlUsageDbContext>();
        Configure(options);
        return new PostgreSqlUsageDbContext(options.Options);
    }

    public override void Checkpoint()
    {
    }

    public override async Task MigrateAsync(UsageDbContext db, CancellationToken cancellationToken = default)
    {
        await using var connection = await OpenCheckedAsync(cancellationToken);

        // One at a time, however many programs start. Held by the connection, so it ends with the process.
        await RunAsync(connection, $"SELECT pg_advisory_lock({LockNumbers.Migration})", cancellationToken);
        try
        {
            await MigrateAloneAsync(connection, db, cancellationToken);
        }
        finally
        {
            await RunAsync(connection, $"SELECT pg_advisory_unlock({LockNumbers.Migration})", CancellationToken.None);
        }
    }

    public void Dispose() => _source.Dispose();

    private static NpgsqlConnectionStringBuilder Parse(string? connectionString)
    {
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new SettingException(
                $"{Setting}: must say where the database is, as in Host=localhost;Database=usageadmin;Username=usageadmin;Password=…");
        }

        try
        {
            var given = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString };
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrEmpty(settings.Host) || string.IsNullOrEmpty(settings.Database))
            {
                throw new SettingException($"{Setting}: must have Host and Database.");
            }

            // Of the statements that come again, so many stay prepared on a connection.
            if (!given.ContainsKey("Max Auto Prepare") && !given.ContainsKey("MaxAutoPrepare"))
            {
                (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (250, 2);
            }

            // Half a minute, as usual, is little for the first row of a large export; a server that is gone is noticed by TCP.
            if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
            {
                (settings.CommandTimeout, settings.TcpKeepAlive) = (600, true);
            }

            // For exports, and for batches, which Npgsql sends piece by piece when they are larger.
            (settings.ReadBufferSize, settings.WriteBufferSize) = (PostgreSqlSession.BufferBytes, PostgreSqlSession.BufferBytes);
            settings.ApplicationName ??= "UsageAdmin";
            return settings;
        }
        catch (ArgumentException e)
        {
            throw new SettingException($"{Setting}: {e.Message}", e);
        }
    }

    private async Task MigrateAloneAsync(NpgsqlConnection connection, UsageDbContext db, CancellationToken cancellationToken)
    {
        var applied = await AppliedAsync(connection, cancellationToken);
        var known = Known();
        if (applied.Find(id => !known.Contains(id)) is { } newer)
        {
            throw new SettingException(
                $"{Setting}: the {Description} was written by a newer version of UsageAdmin (schema {newer}). " +
                "Start that version, or restore a backup made with this one.");
        }

        // Asked first, because EF takes most of a second to find out: commands are to start fast.
        if (!known.SetEquals(applied))
        {
            await CheckMayMakeTablesAsync(connection, cancellationToken);
            db.Database.SetCommandTimeout(TimeSpan.FromHours(6));

            // Else EF finds out by a statement that fails, and logs it as an error.
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
        }

        await DistributedTables.DistributeAsync(connection, cancellationToken);
    }

    private static HashSet<string> Known() => (
        from type in typeof(PostgreSqlDatabase).Assembly.GetTypes()
        where type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(PostgreSqlUsageDbContext)
        let id = type.GetCustomAttribute<MigrationAttribute>()?.Id
        where id is not null
        select id).ToHashSet(StringComparer.Ordinal);

    private static async Task<List<string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        try
        {
            await using var command = new NpgsqlCommand("SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"", connection);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                applied.Add(row.GetString(0));
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The first start on this database.
        }

        return applied;
    }

    /// <exception cref="SettingException">There is no server, no database, no such user, or it is too old.</exception>
    private async Task<NpgsqlConnection> OpenCheckedAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new SettingException(
                $"{Setting}: {Where} has no database {_settings.Database}. Make it with: createdb --host={_settings.Host} " +
                $"--port={_settings.Port} --username=postgres --owner={_settings.Username} --encoding=UTF8 --template=template0 {_settings.Database}", e);
        }
        catch (PostgresException e)
        {
            throw new SettingException($"{Setting}: {Where} refuses: {e.MessageText}.", e);
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException or TimeoutException or IOException)
        {
            throw new SettingException($"{Setting}: no PostgreSQL server answers at {Where}: {e.InnerException.Message}.", e);
        }

        try
        {
            await CheckAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < OldestVersion)
        {
            throw new SettingException(
                $"{Setting}: {Where} runs PostgreSQL {connection.PostgreSqlVersion}; {OldestVersion} or later is needed.");
        }

        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        var encoding = (string?)await command.ExecuteScalarAsync(cancellationToken);
        if (encoding != "UTF8")
        {
            throw new SettingException(
                $"{Setting}: the database {_settings.Database} has the encoding {encoding}. " +
                "Make it anew with --encoding=UTF8 --template=template0.");
        }
    }

    /// <summary>Asked first: EF would log an error for each statement that is refused.</summary>
    private async Task CheckMayMakeTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is false)
        {
            throw new SettingException(
                $"{Setting}: the user {_settings.Username} may not make tables. It must own the database {_settings.Database}: " +
                $"ALTER DATABASE \"{_settings.Database}\" OWNER TO \"{_settings.Username}\".");
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Only constants of this class come here.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
