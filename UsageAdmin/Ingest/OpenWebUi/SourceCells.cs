using System.Text;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Reads columns without trusting what they hold: SQLite stores anything anywhere.</summary>
internal static class SourceCells
{
    /// <summary>Text that can be stored; null: SQL NULL.</summary>
    public static string? Storable(this Statement row, int column, Remarks remarks)
    {
        if (row.IsNull(column))
        {
            return null;
        }

        var bytes = row.Utf8(column);
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Contains('\0', StringComparison.Ordinal) || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            remarks.Add("replaced-character", "text", "NUL or half a character became U+FFFD");
            text = text.Replace('\0', '\uFFFD');
        }

        return text;
    }

    /// <summary>An external id; null: absent, empty or longer than is stored.</summary>
    public static string? Id(this Statement row, int column, string field, Remarks remarks)
    {
        var text = row.Storable(column, remarks);
        if (UserRecord.IsId(text))
        {
            return text;
        }

        if (text is { Length: > 0 })
        {
            remarks.Add("id-too-long", field, $"an id of more than {StorableText.MaxIdBytes} bytes is left out");
        }

        return null;
    }

    public static DateTime? Time(this Statement row, int column, string field, OpenWebUiTimes times, Remarks remarks) =>
        times.Read(row.Storable(column, remarks), field, remarks);

    /// <summary>The column's JSON; null: NULL, or none that can be read.</summary>
    public static JsonDocument? Json(this Statement row, int column, string field, Remarks remarks)
    {
        if (row.IsNull(column))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(row.Utf8(column).ToArray(), OpenWebUiJson.Documents);
        }
        catch (JsonException)
        {
            remarks.Add("invalid-json", field, "a column that is no JSON is left out");
            return null;
        }
    }
}
