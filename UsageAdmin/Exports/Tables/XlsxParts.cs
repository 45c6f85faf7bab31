using System.Globalization;
using System.Text;

namespace UsageAdmin.Exports.Tables;

/// <summary>The parts of a workbook beside its sheets. No part names a time, an author or a program.</summary>
internal static class XlsxParts
{
    private const string Declaration = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + "\n";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    /// <summary>
    /// The cell formats, which cells name by <see cref="XlsxStyle"/>. Text has the format "Text" (49), so that a cell is
    /// not turned into a formula by editing it.
    /// </summary>
    private static readonly string StylesXml =
        $"""
        {Declaration}<styleSheet xmlns="{Main}"><numFmts count="3"><numFmt numFmtId="164" formatCode="0.0000"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="166" formatCode="0.000000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
        """;

    public static bool ContentTypes(Stream part, int sheets)
    {
        var xml = new StringBuilder(Declaration)
            .Append(CultureInfo.InvariantCulture, $"<Types xmlns=\"{Package}/content-types\">")
            .Append("<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>")
            .Append("<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
        Override("workbook.xml", "sheet.main");
        Override("styles.xml", "styles");
        for (var i = 1; i <= sheets; i++)
        {
            Override(FormattableString.Invariant($"worksheets/sheet{i}.xml"), "worksheet");
        }

        return Write(part, xml.Append("</Types>"));

        void Override(string name, string type) => xml.Append(
            CultureInfo.InvariantCulture, $"<Override PartName=\"/xl/{name}\" ContentType=\"{Types}.{type}+xml\"/>");
    }

    public static bool Relationships(Stream part) => Write(part, new StringBuilder(Declaration).Append(
        CultureInfo.InvariantCulture,
        $"<Relationships xmlns=\"{Package}/relationships\"><Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"));

    public static bool Styles(Stream part) => Write(part, new StringBuilder(StylesXml));

    /// <param name="rows">Of each table, without its header.</param>
    public static bool Workbook(Stream part, IReadOnlyList<ITable> tables, IReadOnlyList<long> rows)
    {
        var xml = new StringBuilder(Declaration)
            .Append(CultureInfo.InvariantCulture, $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\">")
            .Append("<bookViews><workbookView/></bookViews><sheets>");
        for (var i = 0; i < tables.Count; i++)
        {
            xml.Append(
                CultureInfo.InvariantCulture, $"<sheet name=\"{tables[i].Name}\" sheetId=\"{i + 1}\" r:id=\"rId{i + 1}\"/>");
        }

        // Excel keeps the range of a sheet's filter under this name as well.
        xml.Append("</sheets><definedNames>");
        for (var i = 0; i < tables.Count; i++)
        {
            xml.Append(
                CultureInfo.InvariantCulture,
                $"<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{i}\" hidden=\"1\">'{tables[i].Name}'!$A$1:${Letters(tables[i].Columns.Count - 1)}${rows[i] + 1}</definedName>");
        }

        return Write(part, xml.Append("</definedNames></workbook>"));
    }

    public static bool WorkbookRelationships(Stream part, int sheets)
    {
        var xml = new StringBuilder(Declaration)
            .Append(CultureInfo.InvariantCulture, $"<Relationships xmlns=\"{Package}/relationships\">");
        for (var i = 1; i <= sheets; i++)
        {
            xml.Append(
                CultureInfo.InvariantCulture,
                $"<Relationship Id=\"rId{i}\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>");
        }

        return Write(part, xml.Append(
            CultureInfo.InvariantCulture,
            $"<Relationship Id=\"rId{sheets + 1}\" Type=\"{Office}/styles\" Target=\"styles.xml\"/></Relationships>"));
    }

    /// <summary>The letters of a column, counted from 0: A … Z, AA …</summary>
    public static string Letters(int column) =>
        (column < 26 ? "" : Letters((column / 26) - 1)) + (char)('A' + (column % 26));

    private static bool Write(Stream part, StringBuilder xml)
    {
        part.Write(Encoding.UTF8.GetBytes(xml.ToString()));
        return true;
    }
}

/// <summary>Positions in the list of cell formats.</summary>
internal enum XlsxStyle
{
    Plain = 0,
    Header = 1,
    Text = 2,
    Integer = 3,
    Average = 4,
    Ratio = 5,
    Date = 6,
    Cost = 7,
}
