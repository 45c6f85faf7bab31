using Npgsql;
using UsageAdmin.Data.PostgreSql;

namespace UsageAdmin.Tests.Support;

/// <summary>
/// The engine that the tests run on: SQLite, or the PostgreSQL server whose maintenance database the environment variable
/// <c>USAGEADMIN_TEST_DATABASE</c> names. There each test has a database of its own, copied from a migrated one.
/// </summary>
internal static class TestEngine
{
    private static readonly string? Maintenance = Environment.GetEnvironmentVariable("USAGEADMIN_TEST_DATABASE");
    private static readonly Lazy<Task<string>> Migrated = new(MigrateAsync);

    public static bool IsPostgreSql => !string.IsNullOrEmpty(Maintenance);

    /// <summary>For tests of what SQLite alone has: its file.</summary>
    public static void SkipUnlessSqlite() => Assert.SkipWhen(IsPostgreSql, "This is about SQLite's file.");

    /// <summary>A database of the newest schema; its connection string.</summary>
    public static async Task<string> CreateMigratedAsync() => await CopyAsync(await Migrated.Value);

    public static async Task<string> CreateEmptyAsync()
    {
        var name = NewName();
        await RunAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        return ConnectionString(name);
    }

    /// <summary>A copy of a database that nobody is connected to.</summary>
    public static async Task<string> CopyAsync(string connectionString)
    {
        var name = NewName();
        await RunAsync($"CREATE DATABASE {name} TEMPLATE {NameOf(connectionString)}");
        return ConnectionString(name);
    }

    public static Task DropAsync(string connectionString) =>
        RunAsync($"DROP DATABASE IF EXISTS {NameOf(connectionString)} WITH (FORCE)");

    /// <summary>As a program that brings the schema up to date, until it is disposed of.</summary>
    public static async Task<IAsyncDisposable> HoldMigrationAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection);
        command.Parameters.AddWithValue(LockNumbers.Migration);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>As <c>--Key=value</c>, for the program.</summary>
    public static string[] Settings(string connectionString) =>
        ["--Database:Provider=PostgreSQL", $"--{PostgreSqlDatabase.Setting}={connectionString}"];

    private static async Task<string> MigrateAsync()
    {
        var connectionString = await CreateEmptyAsync();
        using var database = new PostgreSqlDatabase(connectionString);
        await using var db = database.CreateContext();
        await database.MigrateAsync(db);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DropAsync(connectionString).GetAwaiter().GetResult();
        return connectionString;
    }

    private static string NewName() => $"usageadmin_{Guid.NewGuid():N}";

    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(Maintenance)
    {
        Database = database,
        MaxPoolSize = 20,
        IncludeErrorDetail = true,
    }.ConnectionString;

    private static async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Maintenance) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // Names that this class has made.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
