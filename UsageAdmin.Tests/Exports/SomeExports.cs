using Microsoft.Extensions.Logging.Abstractions;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Exports.Tables;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

/// <summary>File exports as a feature would ask for them.</summary>
internal static class SomeExports
{
    public static ExportLog Log(TestDatabase test, TimeProvider time) => new(
        test.Database, test.Directory, new AuditLog(test.Database, time),
        new ExportWatch(test.Database, time, NullLogger<ExportWatch>.Instance), time);

    public static FileExport Csv(
        Organization organization, Workspace? workspace, Func<Stream, CancellationToken, ExportedRows> write,
        string kind = "users", string privacy = "identified", Actor? actor = null) => new(
        new ExportStart(
            organization, workspace, kind, "csv", ExportOrigin.Browser, actor ?? Actor.Command,
            new Dictionary<string, object?> { ["from"] = new DateOnly(2026, 1, 1), ["privacy"] = privacy }),
        $"{kind}-usage-2026-01-01.csv", ContentTypes.Csv, write);

    /// <summary>About 6 bytes a row.</summary>
    public static Func<Stream, CancellationToken, ExportedRows> Rows(int count) => (file, cancellationToken) => new(
        CsvFile.Write(file, SomeTables.OfNumbers(Enumerable.Range(0, count)), cancellationToken),
        new Dictionary<string, object?> { ["sum"] = (long)count * (count - 1) / 2 });

    /// <summary>What <see cref="Rows"/> writes.</summary>
    public static byte[] BytesOf(int count) => SomeTables.Bytes(stream => Rows(count)(stream, CancellationToken.None));

    /// <summary>Rows, and then the file system's own failure for a disk that is full (Linux).</summary>
    public static ExportedRows UntilTheDiskIsFull(Stream file, CancellationToken cancellationToken)
    {
        Rows(100_000)(file, cancellationToken);
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        full.WriteByte(1);
        full.Flush();
        throw new InvalidOperationException("/dev/full took a byte.");
    }

    public static ExportedRows UntilTheyFail(Stream file, CancellationToken cancellationToken) =>
        new(CsvFile.Write(file, SomeTables.OfNumbers(SomeTables.Failing(after: 100_000)), cancellationToken));
}
