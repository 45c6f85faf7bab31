using System.Text.Json;
using UsageAdmin.Ingest.Csv;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>A table as PostgreSQL's <c>COPY … CSV HEADER</c> writes it; columns may come in any order.</summary>
internal static class LiteLlmCsv
{
    /// <exception cref="InvalidHeaderException">The first line does not have the columns of a table that is read.</exception>
    /// <exception cref="UnreadableFileException">The file ends in the middle of a row.</exception>
    public static IEnumerable<ImportItem> Read(TextReader text, LiteLlmLimits limits, Remarks remarks)
    {
        var records = new CsvRecords(text, limits.MaxRecordLength);
        var header = Next(records) ? records.Fields.ConvertAll(name => name.Trim().TrimStart('\uFEFF')) : [];
        var table = LiteLlmTable.Of(header.Contains);
        records.Wanted = header.ConvertAll(name => table.Columns.Contains(name));
        var columns = table.Columns.ToDictionary(name => name, header.IndexOf, StringComparer.Ordinal);
        while (Next(records))
        {
            if (records.IsCutOff)
            {
                throw new UnreadableFileException($"The file is cut off in the row that starts in line {records.Line}.");
            }

            if (records.IsTooLong || records.Fields.Count != header.Count)
            {
                yield return new ProblemItem(
                    Refused: true, records.IsTooLong ? "too-long" : "invalid-row", null,
                    $"the row in line {records.Line} is longer than is allowed, or has not as many fields as the header")
                {
                    Line = records.Line,
                };
                continue;
            }

            foreach (var item in ReadRow(records, columns, table, remarks))
            {
                yield return item;
            }
        }
    }

    private static IReadOnlyList<ImportItem> ReadRow(
        CsvRecords records, Dictionary<string, int> columns, LiteLlmTable table, Remarks remarks)
    {
        string? Field(string name) => columns.TryGetValue(name, out var index) && index >= 0
            ? records.Fields[index].Replace('\0', '\uFFFD')
            : null;

        using var metadata = Metadata(Field("metadata"), remarks);
        return table.Read(new LiteLlmRow(Field, records.Line, remarks) { Metadata = metadata?.RootElement });
    }

    private static JsonDocument? Metadata(string? text, Remarks remarks)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            remarks.Add("invalid-json", "metadata", "metadata that is no JSON is left out");
            return null;
        }
    }

    private static bool Next(CsvRecords records)
    {
        try
        {
            return records.Next();
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException("The file's compression is damaged or cut off.", e);
        }
    }
}
