using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using UsageAdmin.Commands;

namespace UsageAdmin.Tests.Support;

/// <summary>A directory and a database of the engine under test without any data, for commands; deleted when disposed.</summary>
internal sealed class CommandPlace : IAsyncDisposable
{
    private readonly string? _connectionString;

    private CommandPlace(string? connectionString) => _connectionString = connectionString;

    public string Root { get; } = Directory.CreateTempSubdirectory("usageadmin-").FullName;

    /// <summary>For a command, as <c>--Key=value</c>.</summary>
    public string[] WhereItIs =>
    [
        $"--DataDirectory={Path.Combine(Root, "data")}",
        .. _connectionString is null ? [] : TestEngine.Settings(_connectionString),
    ];

    /// <summary>The tables are there already where making them takes long.</summary>
    public static async Task<CommandPlace> CreateAsync() =>
        new(TestEngine.IsPostgreSql ? await TestEngine.CreateMigratedAsync() : null);

    /// <summary>Nothing is there: the first command makes the tables.</summary>
    public static async Task<CommandPlace> CreateEmptyAsync() =>
        new(TestEngine.IsPostgreSql ? await TestEngine.CreateEmptyAsync() : null);

    /// <summary>As a program that brings the schema up to date, until it is disposed of.</summary>
    public async Task<IAsyncDisposable> HoldMigrationAsync()
    {
        if (_connectionString is not null)
        {
            return await TestEngine.HoldMigrationAsync(_connectionString);
        }

        var data = Directory.CreateDirectory(Path.Combine(Root, "data"));
        return new FileStream(
            Path.Combine(data.FullName, "migrate.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Runs a command here.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [.. WhereItIs, .. arguments], output, error, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }

    /// <summary>Runs a command here that must succeed, and returns what it prints.</summary>
    public async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True(exitCode == 0, error);
        return output;
    }

    /// <summary>Runs SQL on the database, which a command has made.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = _connectionString is null
            ? new SqliteConnection($"Data Source={Path.Combine(Root, "data", "usageadmin.db")}")
            : new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connectionString is null)
        {
            SqliteConnection.ClearAllPools();
        }
        else
        {
            await TestEngine.DropAsync(_connectionString);
        }

        Directory.Delete(Root, recursive: true);
    }
}
