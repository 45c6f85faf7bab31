using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace UsageAdmin.Benchmarks.Inner;

/// <summary>What exports and pages consist of, each beside the plain way of .NET to do the same.</summary>
internal static class InnerBenchmarks
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        await InnerData.FillAsync();
        var config = ManualConfig.Create(DefaultConfig.Instance)
            // Programs that BenchmarkDotNet makes and builds would have to follow the rules of this repository.
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithIterationTime(TimeInterval.FromMilliseconds(250)).WithIterationCount(15))
            .AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.Max)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .HideColumns(Column.Mean, Column.Error, Column.StdDev, Column.RatioSD, Column.Gen0, Column.Gen1, Column.Gen2, Column.AllocRatio);
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(InnerBenchmarks).Assembly)
            .Run(arguments is [] ? ["--filter", "*"] : arguments, config);
        return summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success)) ? 1 : 0;
    }
}
