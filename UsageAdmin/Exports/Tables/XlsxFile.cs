using System.IO.Compression;

namespace UsageAdmin.Exports.Tables;

/// <summary>
/// Tables as an Excel workbook (ECMA-376), one sheet each: typed cells, a bold header that stays in view, a filter over all
/// rows. Text is text as it is, never a formula. The same tables give the same bytes.
/// </summary>
/// <remarks>Synchronous, for files. What fails has no directory, so that no program takes it for a whole workbook.</remarks>
public static class XlsxFile
{
    /// <summary>Rows that a sheet can hold below its header.</summary>
    public const int MaxRows = 1_048_575;

    /// <param name="entryDate">As in <see cref="CsvZip"/>.</param>
    /// <returns>Rows of all tables, without headers.</returns>
    /// <exception cref="TooManyRowsException">Before the first byte where the number is known, else when it is reached.</exception>
    public static long Write(
        Stream destination, IReadOnlyList<ITable> tables, DateOnly entryDate, CancellationToken cancellationToken)
    {
        if (tables.FirstOrDefault(t => t.KnownRows > MaxRows) is { } tooLong)
        {
            throw new TooManyRowsException(tooLong.Name);
        }

        var archive = new ZipArchive(destination, ZipArchiveMode.Create, leaveOpen: true);
        var parts = new ZipEntries(archive, entryDate);
        parts.Add("[Content_Types].xml", entry => XlsxParts.ContentTypes(entry, tables.Count));
        parts.Add("_rels/.rels", XlsxParts.Relationships);
        parts.Add("xl/styles.xml", XlsxParts.Styles);
        var rows = new long[tables.Count];
        for (var i = 0; i < tables.Count; i++)
        {
            rows[i] = parts.Add(
                FormattableString.Invariant($"xl/worksheets/sheet{i + 1}.xml"),
                entry => new XlsxSheet(entry, tables[i]).Write(isFirst: i == 0, cancellationToken));
        }

        // After the sheets, because it states how far their filters reach.
        parts.Add("xl/workbook.xml", entry => XlsxParts.Workbook(entry, tables, rows));
        parts.Add("xl/_rels/workbook.xml.rels", entry => XlsxParts.WorkbookRelationships(entry, tables.Count));
        archive.Dispose();
        return rows.Sum();
    }
}
