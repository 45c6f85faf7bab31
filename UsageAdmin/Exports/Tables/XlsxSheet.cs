using System.Buffers.Text;
using System.Text;

namespace UsageAdmin.Exports.Tables;

/// <summary>Writes one sheet, row by row.</summary>
internal sealed class XlsxSheet(Stream part, ITable table)
{
    /// <summary>The first day that a spreadsheet can hold without dispute: its 1900 was a leap year.</summary>
    private static readonly DateOnly FirstDate = new(1900, 3, 1);

    /// <summary>Day 0 for spreadsheets, counted back from <see cref="FirstDate"/>.</summary>
    private static readonly int Epoch = new DateOnly(1899, 12, 30).DayNumber;

    private readonly Utf8Output _output = new(part);

    /// <summary>The start of each column's cells, up to the row's number.</summary>
    private readonly byte[][] _starts =
        [.. table.Columns.Select((_, i) => Encoding.ASCII.GetBytes($"<c r=\"{XlsxParts.Letters(i)}"))];

    /// <summary>What follows the row's number where the column's usual content stands.</summary>
    private readonly byte[][] _formats =
        [.. table.Columns.Select(c => Encoding.ASCII.GetBytes(FormattableString.Invariant($"\" s=\"{(int)StyleOf(c.Kind)}\"")))];

    private readonly int[] _places = [.. table.Columns.Select(c => c.Kind.Places())];

    /// <returns>Rows, without the header.</returns>
    public long Write(bool isFirst, CancellationToken cancellationToken)
    {
        Head(isFirst);
        var row = 1L;
        Span<byte> number = stackalloc byte[20];
        foreach (var cells in table.ReadRows(cancellationToken))
        {
            if (++row > XlsxFile.MaxRows + 1)
            {
                throw new TooManyRowsException(table.Name);
            }

            Utf8Formatter.TryFormat(row, number, out var digits);
            _output.Raw("<row r=\""u8);
            _output.Raw(number[..digits]);
            _output.Raw("\">"u8);
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i].Content != CellContent.Nothing)
                {
                    _output.Raw(_starts[i]);
                    _output.Raw(number[..digits]);
                    Value(cells[i], i);
                }
            }

            _output.Raw("</row>"u8);
        }

        _output.Raw("</sheetData><autoFilter ref=\"A1:"u8);
        _output.Text(XlsxParts.Letters(table.Columns.Count - 1));
        _output.Integer(row);
        _output.Raw("\"/></worksheet>"u8);
        _output.Flush();
        return row - 1;
    }

    private void Head(bool isFirst)
    {
        _output.Raw("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"u8);
        _output.Raw("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView"u8);
        _output.Raw(isFirst ? " tabSelected=\"1\""u8 : default);
        _output.Raw(" workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"u8);
        _output.Raw("<selection pane=\"bottomLeft\"/></sheetView></sheetViews><cols>"u8);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            _output.Text(FormattableString.Invariant(
                $"<col min=\"{i + 1}\" max=\"{i + 1}\" width=\"{WidthOf(table.Columns[i])}\" customWidth=\"1\"/>"));
        }

        _output.Raw("</cols><sheetData><row r=\"1\">"u8);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            _output.Raw(_starts[i]);
            _output.Text(FormattableString.Invariant($"1\" s=\"{(int)XlsxStyle.Header}\""));
            Text(table.Columns[i].Name);
        }

        _output.Raw("</row>"u8);
    }

    private void Value(Cell cell, int column)
    {
        switch (cell.Content)
        {
            case CellContent.Boolean:
                _output.Raw("\" t=\"b\"><v>"u8);
                _output.Integer(cell.AsBoolean ? 1 : 0);
                break;
            case CellContent.Date when cell.AsDate < FirstDate:
                _output.Raw("\" t=\"inlineStr\"><is><t>"u8);
                _output.Date(cell.AsDate);
                _output.Raw("</t></is></c>"u8);
                return;
            case CellContent.Text:
                _output.Raw(_formats[column]);
                Text(cell.AsText);
                return;
            default:
                _output.Raw(_formats[column]);
                _output.Raw("><v>"u8);
                Number(cell, _places[column]);
                break;
        }

        _output.Raw("</v></c>"u8);
    }

    private void Number(Cell cell, int places)
    {
        if (cell.Content == CellContent.Decimal)
        {
            _output.Decimal(cell.AsDecimal, places);
        }
        else
        {
            _output.Integer(cell.Content == CellContent.Date ? cell.AsDate.DayNumber - Epoch : cell.AsInteger);
        }
    }

    private void Text(string text)
    {
        _output.Raw(" t=\"inlineStr\"><is><t"u8);
        _output.Raw(XlsxText.NeedsSpaceKept(text) ? " xml:space=\"preserve\">"u8 : ">"u8);
        XlsxText.Write(_output, text);
        _output.Raw("</t></is></c>"u8);
    }

    private static XlsxStyle StyleOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => XlsxStyle.Integer,
        ColumnKind.Average => XlsxStyle.Average,
        ColumnKind.Ratio => XlsxStyle.Ratio,
        ColumnKind.Date => XlsxStyle.Date,
        ColumnKind.Cost => XlsxStyle.Cost,
        ColumnKind.Boolean => XlsxStyle.Plain,
        _ => XlsxStyle.Text,
    };

    /// <summary>In characters: room for the header with its filter button, and for what usually stands below.</summary>
    private static int WidthOf((string Name, ColumnKind Kind) column) => Math.Max(column.Name.Length + 4, column.Kind switch
    {
        ColumnKind.Text => 24,
        ColumnKind.Json => 40,
        _ => 12,
    });
}
