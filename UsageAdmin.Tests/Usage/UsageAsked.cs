using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

/// <summary>Asks a test database for usage exports as the endpoints do.</summary>
internal sealed class UsageAsked(TestDatabase database, DateTime nowUtc, int smallestGroup = 5)
{
    public UsageQuery Query { get; } = new(
        database.Database, new MemberCache(TimeProvider.System), new Pseudonyms(database.Directory),
        Options.Create(new PrivacyOptions { SmallestGroup = smallestGroup }), new FakeTime(nowUtc));

    public UsageScope Scope
    {
        get
        {
            using var db = database.Context();
            return Query.ScopeOf(
                db.Organizations.AsNoTracking().Single(o => o.Id == database.Organization.Id),
                db.Workspaces.AsNoTracking().Single(w => w.Id == database.Workspace.Id));
        }
    }

    public static UsagePeriod Days(DateOnly from, DateOnly to, string zone) =>
        UsagePeriod.Of(new DateRange(from, to), TimeZoneInfo.FindSystemTimeZoneById(zone));

    public byte[] Bytes(UsageRequest request, string format = "csv", Action<ExportedRows>? written = null)
    {
        var export = new UsageExport(Query).Prepare(
            Scope, request, format, ExportOrigin.Browser, Actor.Command, out var problems);
        Assert.Empty(problems);
        using var file = new MemoryStream();
        var rows = export!.Write(file, TestContext.Current.CancellationToken);
        written?.Invoke(rows);
        return file.ToArray();
    }

    public string Csv(UsageRequest request) => System.Text.Encoding.UTF8.GetString(Bytes(request));

    /// <summary>The rows by column name.</summary>
    public List<Dictionary<string, string>> Rows(UsageRequest request)
    {
        var lines = CsvReader.Read(Csv(request));
        return lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(c => c.First, c => c.Second)).ToList();
    }
}
