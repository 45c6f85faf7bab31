using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using UsageAdmin.Exports.Tables;
using Cell = DocumentFormat.OpenXml.Spreadsheet.Cell;
using Column = DocumentFormat.OpenXml.Spreadsheet.Column;

namespace UsageAdmin.Tests.Exports.Tables;

public sealed partial class XlsxFileTests
{
    private static readonly SomeTables.Row Full = new(
        "=1+1", -1234567, 2.005m, 0.66665m, new DateOnly(2026, 3, 1), "2026-03", true, """{"gpt":2}""");

    [Fact]
    public void The_format_is_valid()
    {
        using var book = Open(
            SomeTables.OfEveryKind(Full, new SomeTables.Row()), SomeTables.OfNumbers([]),
            SomeTables.OfTexts(SomeTables.HostileTexts(2000)));

        var errors = new OpenXmlValidator(FileFormatVersions.Office2019).Validate(book, TestContext.Current.CancellationToken);

        Assert.Empty(errors.Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
    }

    [Fact]
    public void Every_table_is_a_sheet_with_its_name()
    {
        using var book = Open(SomeTables.OfNumbers([1]), SomeTables.OfTexts("a"));

        Assert.Equal(
            ["numbers", "texts"], book.WorkbookPart!.Workbook.Descendants<Sheet>().Select(s => s.Name!.Value));
        Assert.Equal(
            ["numbers!A1:A2", "texts!A1:B2"], book.WorkbookPart.Workbook.Descendants<DefinedName>()
                .Select(n => n.Text.Replace("'", "", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Cells_have_the_type_and_format_of_what_they_hold()
    {
        using var book = Open(SomeTables.OfEveryKind(Full));

        Assert.Equal(
            [
                ("A2", "inlineStr", "=1+1", "@"), ("B2", null, "-1234567", "0"), ("C2", null, "2.01", "0.00"),
                ("D2", null, "0.6667", "0.0000"), ("E2", null, "46082", @"yyyy\-mm\-dd"), ("F2", "inlineStr", "2026-03", "@"),
                ("G2", "b", "1", "General"), ("H2", "inlineStr", """{"gpt":2}""", "@"),
            ],
            Row(book, 2).Select(c => (c.CellReference!.Value, c.DataType?.InnerText, TextOf(c), FormatOf(book, c))));
        Assert.Equal(new DateTime(2026, 3, 1), DateTime.FromOADate(46082));
    }

    [Fact]
    public void No_cell_is_a_formula()
    {
        using var book = Open(SomeTables.OfTexts(SomeTables.HostileTexts(2000)));

        Assert.Empty(Sheet(book).Descendants<CellFormula>());
        Assert.All(
            Sheet(book).Descendants<Row>().Skip(1).Select(r => r.Elements<Cell>().Last()),
            cell => Assert.Equal(CellValues.InlineString, cell.DataType!.Value));
    }

    [Fact]
    public void Empty_cells_are_left_out()
    {
        using var book = Open(SomeTables.OfEveryKind(new SomeTables.Row()));

        Assert.Equal(["G2"], Row(book, 2).Select(c => c.CellReference!.Value));
    }

    [Fact]
    public void A_day_before_the_calendar_of_spreadsheets_is_text()
    {
        using var book = Open(SomeTables.OfEveryKind(
            new SomeTables.Row(Day: new DateOnly(1900, 2, 28)), new SomeTables.Row(Day: new DateOnly(1900, 3, 1))));

        Assert.Equal("1900-02-28", TextOf(Row(book, 2).First()));
        Assert.Equal("61", TextOf(Row(book, 3).First()));
    }

    [Fact]
    public void The_header_is_bold_stays_in_view_and_filters_all_rows()
    {
        using var book = Open(SomeTables.OfEveryKind(Full, Full));

        var format = FormatsOf(book)[(int)Row(book, 1).First().StyleIndex!.Value];
        var font = book.WorkbookPart!.WorkbookStylesPart!.Stylesheet.Fonts!.Elements<Font>().ElementAt((int)format.FontId!.Value);
        Assert.NotNull(font.Bold);
        var pane = Sheet(book).Descendants<Pane>().Single();
        Assert.Equal((PaneStateValues.Frozen, 1.0, "A2"), (pane.State!.Value, pane.VerticalSplit!.Value, pane.TopLeftCell!.Value));
        Assert.Equal("A1:H3", Sheet(book).Descendants<AutoFilter>().Single().Reference!.Value);
        Assert.All(Sheet(book).Descendants<Column>(), column => Assert.InRange(column.Width!.Value, 10, 60));
    }

    [Fact]
    public void Any_text_reads_back()
    {
        var texts = SomeTables.HostileTexts(10_000).ToArray();

        using var book = Open(SomeTables.OfTexts(texts));

        Assert.Equal(
            texts.Select(SomeTables.AsUnicode),
            Sheet(book).Descendants<Row>().Skip(1).Select(row => TextOf(row.Elements<Cell>().Last())));
    }

    [Fact]
    public void Spaces_at_the_ends_are_kept()
    {
        using var book = Open(SomeTables.OfTexts(" a ", "b", "c\nd"));

        Assert.Equal(
            ["preserve", null, "preserve"],
            Sheet(book).Descendants<Text>().Skip(2).Select(t => t.Space?.InnerText));
    }

    [Fact]
    public void Text_that_no_cell_can_hold_is_cut_between_characters()
    {
        using var book = Open(SomeTables.OfTexts(
            new string('x', 32_767), new string('x', 32_768), new string('x', 32_765) + "😀yz", new string('<', 32_768)));

        Assert.Equal(
            [
                new string('x', 32_767), new string('x', 32_766) + "…", new string('x', 32_765) + "…",
                new string('<', 32_766) + "…",
            ],
            Sheet(book).Descendants<Text>().Skip(2).Select(t => t.Text));
    }

    [Fact]
    public void More_rows_than_a_sheet_holds_are_refused_before_the_first_byte_where_their_number_is_known()
    {
        var stream = new WriteOnlyStream();

        var refusal = Assert.Throws<TooManyRowsException>(() => XlsxFile.Write(
            stream, [SomeTables.OfNumbers(new int[XlsxFile.MaxRows + 1])], SomeTables.EntryDate, CancellationToken.None));

        Assert.Equal("numbers has more than 1,048,575 rows, which a sheet cannot hold.", refusal.Message);
        Assert.Empty(stream.Written);
    }

    [Fact]
    public void More_rows_than_a_sheet_holds_are_refused_when_they_are_reached()
    {
        var rows = Enumerable.Range(0, XlsxFile.MaxRows + 1).Where(_ => true);

        Assert.Throws<TooManyRowsException>(
            () => XlsxFile.Write(Stream.Null, [SomeTables.OfNumbers(rows)], SomeTables.EntryDate, CancellationToken.None));
        Assert.Equal(XlsxFile.MaxRows, XlsxFile.Write(
            Stream.Null, [SomeTables.OfNumbers(rows.Skip(1))], SomeTables.EntryDate, CancellationToken.None));
    }

    [Fact]
    public void A_failure_leaves_no_workbook()
    {
        var stream = new WriteOnlyStream();

        Assert.Throws<IOException>(() => XlsxFile.Write(
            stream, [SomeTables.OfNumbers(SomeTables.Failing(after: 100_000))], SomeTables.EntryDate, CancellationToken.None));

        Assert.NotEmpty(stream.Written);
        Assert.Throws<InvalidDataException>(() => new ZipArchive(new MemoryStream(stream.Written)));
    }

    [Theory]
    [InlineData(0, "A")]
    [InlineData(25, "Z")]
    [InlineData(26, "AA")]
    [InlineData(701, "ZZ")]
    [InlineData(702, "AAA")]
    [InlineData(16_383, "XFD")]
    public void Columns_have_letters(int column, string letters)
    {
        Assert.Equal(letters, XlsxParts.Letters(column));
    }

    private static SpreadsheetDocument Open(params ITable[] tables)
    {
        var bytes = SomeTables.Bytes(
            stream => XlsxFile.Write(stream, tables, SomeTables.EntryDate, TestContext.Current.CancellationToken));
        return SpreadsheetDocument.Open(new MemoryStream(bytes), isEditable: false);
    }

    private static Worksheet Sheet(SpreadsheetDocument book) => book.WorkbookPart!.WorksheetParts.First().Worksheet;

    private static IEnumerable<Cell> Row(SpreadsheetDocument book, uint number) =>
        Sheet(book).Descendants<Row>().Single(r => r.RowIndex!.Value == number).Elements<Cell>();

    /// <summary>As a program shows it (ECMA-376 part 1, ST_Xstring).</summary>
    private static string TextOf(Cell cell) => cell.CellValue is { } value ? value.Text : Escapes().Replace(
        cell.InlineString!.Text!.Text,
        escape => ((char)int.Parse(escape.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    private static string FormatOf(SpreadsheetDocument book, Cell cell)
    {
        var id = FormatsOf(book)[(int)(cell.StyleIndex?.Value ?? 0)].NumberFormatId!.Value;
        return id switch
        {
            0 => "General",
            1 => "0",
            2 => "0.00",
            49 => "@",
            _ => book.WorkbookPart!.WorkbookStylesPart!.Stylesheet.NumberingFormats!.Elements<NumberingFormat>()
                .Single(f => f.NumberFormatId!.Value == id).FormatCode!.Value!,
        };
    }

    private static CellFormat[] FormatsOf(SpreadsheetDocument book) =>
        [.. book.WorkbookPart!.WorkbookStylesPart!.Stylesheet.CellFormats!.Elements<CellFormat>()];

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escapes();
}
