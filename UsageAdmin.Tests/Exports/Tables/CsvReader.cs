using System.Text;

namespace UsageAdmin.Tests.Exports.Tables;

/// <summary>Reads RFC 4180 to the letter, and nothing else.</summary>
internal static class CsvReader
{
    /// <exception cref="FormatException">It is not RFC 4180.</exception>
    public static List<string[]> Read(string csv)
    {
        var (records, fields, at) = (new List<string[]>(), new List<string>(), 0);
        while (at < csv.Length)
        {
            fields.Add(Field(csv, ref at));
            if (at < csv.Length && csv[at] == ',')
            {
                at++;
            }
            else if (csv.AsSpan(at).StartsWith("\r\n"))
            {
                at += 2;
                records.Add([.. fields]);
                fields.Clear();
            }
            else
            {
                throw new FormatException($"Neither a comma nor a line's end at {at}.");
            }
        }

        return fields.Count == 0 ? records : throw new FormatException("The last line has no end.");
    }

    private static string Field(string csv, ref int at)
    {
        if (at == csv.Length || csv[at] != '"')
        {
            var end = csv.AsSpan(at).IndexOfAny(",\r\n\"");
            var plain = csv.Substring(at, end);
            at += end;
            return plain;
        }

        var text = new StringBuilder();
        for (at++; ; at++)
        {
            var mark = csv.IndexOf('"', at);
            text.Append(csv, at, mark - at);
            at = mark + 1;
            if (at == csv.Length || csv[at] != '"')
            {
                return text.ToString();
            }

            text.Append('"');
        }
    }
}
