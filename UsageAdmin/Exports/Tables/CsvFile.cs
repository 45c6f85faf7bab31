using System.Buffers;
using System.Globalization;

namespace UsageAdmin.Exports.Tables;

/// <summary>
/// Tables as CSV (RFC 4180): UTF-8 without BOM, comma, CRLF, always with a header; quotation marks only where they are
/// needed.
/// </summary>
/// <remarks>Synchronous, for files. What fails ends in the middle; CSV has no end mark, so never publish such a file.</remarks>
public static class CsvFile
{
    private const int RowsOfPart = 512;

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\",\r\n");

    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@\t\r\n\0＝＋－＠");

    /// <returns>Rows, without the header.</returns>
    public static long Write(Stream destination, ITable table, CancellationToken cancellationToken)
    {
        var output = new Utf8Output(destination);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            output.Raw(i == 0 ? default : ","u8);
            Text(output, table.Columns[i].Name);
        }

        output.Raw("\r\n"u8);
        var rows = table is { ReadsInParts: true, KnownRows: > RowsOfPart and var known }
            ? WriteParts(output, table, (int)known, cancellationToken)
            : WriteRows(output, table, table.ReadRows(cancellationToken));
        output.Flush();
        return rows;
    }

    /// <summary>Several parts are made at a time, each in a block of its own, and written in their order.</summary>
    private static long WriteParts(Utf8Output output, ITable table, int rows, CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = stopped.Token;
        var parts = new Queue<Task<MemoryStream>>();
        var blocks = new Stack<MemoryStream>();
        try
        {
            for (var first = 0; first < rows; first += RowsOfPart)
            {
                var (from, count) = (first, Math.Min(RowsOfPart, rows - first));
                var block = blocks.TryPop(out var free) ? free : new MemoryStream();
                parts.Enqueue(Task.Run(() => MakePart(block, table, from, count, token), token));
                if (parts.Count > Environment.ProcessorCount)
                {
                    WriteFirst();
                }
            }

            while (parts.Count > 0)
            {
                WriteFirst();
            }
        }
        finally
        {
            stopped.Cancel();
        }

        return rows;

        void WriteFirst()
        {
            var part = parts.Dequeue().GetAwaiter().GetResult();
            output.Raw(part.GetBuffer().AsSpan(0, (int)part.Length));
            blocks.Push(part);
        }
    }

    private static MemoryStream MakePart(
        MemoryStream block, ITable table, int first, int count, CancellationToken cancellationToken)
    {
        block.SetLength(0);
        var output = new Utf8Output(block);
        WriteRows(output, table, table.ReadRows(first, count, cancellationToken));
        output.Flush();
        return block;
    }

    private static long WriteRows(Utf8Output output, ITable table, IEnumerable<Cell[]> rows)
    {
        var places = table.Columns.Select(c => c.Kind.Places()).ToArray();
        var written = 0L;
        foreach (var cells in rows)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                if (i > 0)
                {
                    output.Raw(","u8);
                }

                Write(output, cells[i], places[i]);
            }

            if (cells.Length == 1 && IsBlank(cells[0]))
            {
                // An empty line would be no row to most readers.
                output.Raw("\"\""u8);
            }

            output.Raw("\r\n"u8);
            written++;
        }

        return written;
    }

    /// <summary>
    /// Whether a spreadsheet might take a text for a formula (OWASP, "CSV Injection"): then an apostrophe goes before it.
    /// Who takes that one apostrophe away has the text again.
    /// </summary>
    public static bool LooksLikeFormula(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (Formulas.Contains(c))
            {
                return true;
            }

            if (c != ' ' && (c < 128 || char.GetUnicodeCategory(c) != UnicodeCategory.SpaceSeparator))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsBlank(Cell cell) =>
        cell.Content == CellContent.Nothing || (cell.Content == CellContent.Text && cell.AsText.Length == 0);

    private static void Write(Utf8Output output, Cell cell, int places)
    {
        switch (cell.Content)
        {
            case CellContent.Nothing:
                return;
            case CellContent.Integer:
                output.Integer(cell.AsInteger);
                return;
            case CellContent.Decimal:
                output.Decimal(cell.AsDecimal, places);
                return;
            case CellContent.Date:
                output.Date(cell.AsDate);
                return;
            case CellContent.Boolean:
                output.Raw(cell.AsBoolean ? "true"u8 : "false"u8);
                return;
            default:
                Text(output, cell.AsText);
                return;
        }
    }

    private static void Text(Utf8Output output, ReadOnlySpan<char> text)
    {
        var quotes = text.IndexOfAny(NeedQuotes) >= 0;
        if (quotes)
        {
            output.Raw("\""u8);
        }

        if (LooksLikeFormula(text))
        {
            output.Raw("'"u8);
        }

        if (!quotes)
        {
            output.Text(text);
            return;
        }

        output.Doubled(text);
        output.Raw("\""u8);
    }
}
