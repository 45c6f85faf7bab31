using UsageAdmin.Benchmarks;
using UsageAdmin.Benchmarks.Inner;

return args switch
{
    ["activity-export", .. var options] => await ActivityExportBenchmark.RunAsync(
        BenchmarkOptions.Parse(options, conversations: 110_000, "usageadmin-benchmark"), Console.Out),
    ["org-analytics", .. var options] => await OrgAnalyticsBenchmark.RunAsync(
        BenchmarkOptions.Parse(options, conversations: 1_110_000, "usageadmin-benchmark-year"), Console.Out),
    ["usage-exports", .. var options] => await UsageExportBenchmark.RunAsync(
        BenchmarkOptions.Parse(options, conversations: 1_110_000, "usageadmin-benchmark-users"), Console.Out),
    ["ingest", .. var options] => await IngestBenchmark.RunAsync(
        BenchmarkOptions.Parse(options, conversations: 110_000, "usageadmin-benchmark-ingest"), Console.Out),
    ["pages", .. var options] => await PagesBenchmark.RunAsync(
        BenchmarkOptions.Parse(options, conversations: 1_300_000, "usageadmin-benchmark-pages"), Console.Out),
    ["inner", .. var arguments] => await InnerBenchmarks.RunAsync(arguments),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        activity-export [--conversations N] [--runs N] [--data DIRECTORY] [--postgresql CONNECTION]: the Activity export of 31
            days over HTTP against `sqlite3 -json` printing the same messages, or `psql` copying them as JSON, alternating.
        org-analytics [--conversations N] [--runs N] [--data DIRECTORY]: the Org Analytics export of 12 months and its page over
            HTTP against `sqlite3` making the same aggregates of the messages, alternating. Ten million messages take 7 GB.
        usage-exports [--conversations N] [--runs N] [--data DIRECTORY]: the users' usage export of the last 12 months for 50,000
            people over HTTP against `sqlite3` making the same CSV of the messages, alternating. Takes 7 GB as well.
        ingest [--conversations N] [--runs N] [--data DIRECTORY]: the import of an NDJSON file into a fresh database against
            `sqlite3 .import` of the rows that come of it, alternating. A million messages take 3 GB.
        pages [--conversations N] [--runs N] [--data DIRECTORY] [--postgresql CONNECTION]: the pages with 12 months of activity of
            100,000 people, alone and beside exports; start and memory. Takes 9 GB.
        inner [ARGUMENTS OF BENCHMARKDOTNET]: what exports and pages consist of beside the plain way of .NET, in this process.
        The others need curl and sqlite3; with --postgresql, whose database must be new, psql.
        org-analytics and usage-exports alternate with duckdb as well where it is on the PATH.
        """);
    return 2;
}
