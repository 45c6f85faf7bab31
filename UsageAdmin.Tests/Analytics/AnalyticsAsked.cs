using System.IO.Compression;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Analytics;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Analytics;

/// <summary>Asks a test database for exports and views as the endpoint and the page do.</summary>
internal sealed class AnalyticsAsked(TestDatabase database, DateTime nowUtc, int smallestGroup = 5)
{
    private readonly FakeTime _time = new(nowUtc);

    public AnalyticsQuery Query { get; } = new(
        database.Database, database.Contexts, new MemberCache(TimeProvider.System), new Pseudonyms(database.Directory),
        Options.Create(new PrivacyOptions { SmallestGroup = smallestGroup }), new FakeTime(nowUtc));

    public static AnalyticsFilter Months(string from, string to, params string[] workspaces) => AnalyticsFilter.Empty with
    {
        Months = new MonthRange(Month.Parse(from)!.Value, Month.Parse(to)!.Value),
        Workspaces = workspaces,
    };

    public byte[] Bytes(AnalyticsFilter filter, string format = "zip")
    {
        var export = Prepare(filter, format, out var problems);
        Assert.Empty(problems);
        using var file = new MemoryStream();
        export!.Write(file, TestContext.Current.CancellationToken);
        return file.ToArray();
    }

    public FileExport? Prepare(
        AnalyticsFilter filter, string format, out IReadOnlyDictionary<string, string[]> problems)
    {
        using var db = database.Context();
        return new OrgAnalyticsExport(database.Database, new MemberCache(TimeProvider.System), Query, new Pseudonyms(database.Directory), _time).Prepare(
            db.Organizations.AsNoTracking().Single(o => o.Id == database.Organization.Id), filter, format,
            ExportOrigin.Browser, Actor.Command, out problems);
    }

    public Task<AnalyticsView> ViewAsync(AnalyticsFilter filter)
    {
        using var db = database.Context();
        return Query.ViewAsync(
            db.Organizations.AsNoTracking().Single(o => o.Id == database.Organization.Id), filter, [],
            TestContext.Current.CancellationToken);
    }

    /// <summary>The four files, each as its rows by column name.</summary>
    public AnalyticsFiles Files(AnalyticsFilter filter) => AnalyticsFiles.Read(Bytes(filter));
}

/// <summary>The four CSVs of a ZIP.</summary>
internal sealed class AnalyticsFiles
{
    private AnalyticsFiles(Dictionary<string, List<Dictionary<string, string>>> rows) => All = rows;

    public Dictionary<string, List<Dictionary<string, string>>> All { get; }

    public List<Dictionary<string, string>> Users => All["user-analytics.csv"];

    public List<Dictionary<string, string>> Apps => All["app-analytics.csv"];

    public List<Dictionary<string, string>> Categories => All["category-analytics.csv"];

    public List<Dictionary<string, string>> General => All["general-analytics.csv"];

    public static AnalyticsFiles Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return new AnalyticsFiles(archive.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var reader = new StreamReader(e.Open());
            var lines = CsvReader.Read(reader.ReadToEnd());
            return lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(c => c.First, c => c.Second)).ToList();
        }));
    }
}
