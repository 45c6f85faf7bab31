using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using UsageAdmin.Data;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>What the Activity export reads of messages, out of SQLite; per message.</summary>
public class ColumnsBenchmark
{
    private readonly string _sql = $"SELECT created_at, source, marks, content FROM message LIMIT {InnerData.Messages}";

    private UsageSession _session = null!;

    [GlobalSetup]
    public void Open() => _session = InnerData.Database.OpenRead();

    [GlobalCleanup]
    public void Close() => _session.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = InnerData.Messages, Description = "SqliteDataReader")]
    public long Reader()
    {
        var sum = 0L;
        using var connection = new SqliteConnection($"Data Source={InnerData.Database.Description}");
        connection.Open();
        using var command = new SqliteCommand(_sql, connection);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            sum += row.GetInt64(0) + row.GetInt64(1) + row.GetInt64(2) + (row.IsDBNull(3) ? 0 : row.GetString(3).Length);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = InnerData.Messages, Description = "Statement")]
    public long Statement()
    {
        var sum = 0L;
        var row = _session.Prepare(_sql);
        while (row.Step())
        {
            sum += row.Number(0) + row.Number(1) + row.Number(2) + (row.IsNull(3) ? 0 : row.Utf8(3).Length);
        }

        return sum;
    }
}
