using UsageAdmin.Benchmarks;

return args is ["activity-export", .. var options]
    ? await ActivityExportBenchmark.RunAsync(BenchmarkOptions.Parse(options), Console.Out)
    : Usage();

static int Usage()
{
    Console.Error.WriteLine(
        "activity-export [--conversations N] [--runs N] [--data DIRECTORY]: the Activity export of 31 days over HTTP against "
        + "`sqlite3 -json` printing the same messages, alternating. Needs curl and sqlite3.");
    return 2;
}
