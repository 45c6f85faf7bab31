using System.Text;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Splits CSV into records of fields (RFC 4180), quotes and line breaks inside quotes included.</summary>
internal static class CsvRecords
{
    /// <summary>The records with the line that each starts in, the header included; empty lines are passed over.</summary>
    public static IEnumerable<(long Line, List<string> Fields)> Read(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        long line = 1;
        long start = 1;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            line += c == '\n' ? 1 : 0;
            if (isQuoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (c is ',' or '\n' or '\r')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (c != ',')
                {
                    if (fields is not [""])
                    {
                        yield return (start, fields);
                    }

                    (fields, start) = ([], line);
                }
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        if (fields is not [""])
        {
            yield return (start, fields);
        }
    }
}
