using UsageAdmin.Ingest.Csv;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>The list that "Export Users" makes: a header, then <c>id,name,email,role</c> of each person, in any order.</summary>
internal static class UserCsv
{
    /// <summary>Null: the text is no such list.</summary>
    public static IEnumerable<ImportItem>? Read(string text, OpenWebUiTimes times)
    {
        var records = new CsvRecords(new StringReader(text.TrimStart('\uFEFF')), text.Length);
        var header = records.Next() ? records.Fields.ConvertAll(name => name.Trim().ToLowerInvariant()) : [];
        return header.Contains("id") && (header.Contains("email") || header.Contains("name"))
            ? Users(records, header, times)
            : null;
    }

    private static IEnumerable<ImportItem> Users(CsvRecords records, List<string> header, OpenWebUiTimes times)
    {
        var remarks = new Remarks();
        while (records.Next())
        {
            var (line, fields) = (records.Line, records.Fields);
            string? Field(string name) => header.IndexOf(name) is var i and >= 0 && i < fields.Count && fields[i].Length > 0
                ? fields[i].Replace('\0', '\uFFFD')
                : null;

            if (fields.Count != header.Count || !UserRecord.IsId(Field("id")))
            {
                yield return new ProblemItem(
                    Refused: true, "invalid-value", "id",
                    $"line {line} has no usable id, or not as many fields as the header")
                {
                    Line = line,
                };
                continue;
            }

            var user = new UserRecord(Field("id")!)
            {
                Name = Field("name"),
                Email = Field("email"),
                Role = Field("role"),
                CreatedAtUtc = times.Read(Field("created_at"), "created_at", remarks),
            };
            foreach (var item in user.ToItems(line))
            {
                yield return item;
            }
        }

        foreach (var remark in remarks.Of("the list of users", 0))
        {
            yield return remark;
        }
    }
}
