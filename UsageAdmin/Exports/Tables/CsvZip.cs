using System.IO.Compression;

namespace UsageAdmin.Exports.Tables;

/// <summary>Several tables as CSV in one ZIP, each as <c>name.csv</c> at its root, in the order given.</summary>
/// <remarks>Synchronous, for files. What fails has no directory, so that no program takes it for a whole archive.</remarks>
public static class CsvZip
{
    /// <param name="entryDate">The date of the entries, at 00:00; clamped to 1980 … 2107, which is what a ZIP can hold.</param>
    /// <returns>Rows of all tables, without headers.</returns>
    public static long Write(
        Stream destination, IReadOnlyList<ITable> tables, DateOnly entryDate, CancellationToken cancellationToken)
    {
        var archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);
        var entries = new ZipEntries(archive, entryDate);
        var rows = 0L;
        foreach (var table in tables)
        {
            rows += entries.Add($"{table.Name}.csv", entry => CsvFile.Write(entry, table, cancellationToken));
        }

        archive.Dispose();
        return rows;
    }
}
