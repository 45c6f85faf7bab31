using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>A row of LiteLLM's database, from CSV or JSON. Gives the columns that are asked for and no other.</summary>
/// <param name="column">A column's text, numbers as they are written; null: there is no such column, or it holds nothing.</param>
internal sealed class LiteLlmRow(Func<string, string?> column, long line, Remarks remarks)
{
    public long Line => line;

    public Remarks Remarks => remarks;

    /// <summary>The column <c>metadata</c>; null: none, or no JSON.</summary>
    public JsonElement? Metadata { get; init; }

    public static LiteLlmRow Of(JsonElement record, long line, Remarks remarks) =>
        new(name => record.Member(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetRawText()
            : record.Member(name).Text(remarks), line, remarks)
        {
            Metadata = record.Member("metadata"),
        };

    public bool Has(string name) => Text(name) is not null;

    /// <summary>Null: absent or empty.</summary>
    public string? Text(string name) => column(name) is { Length: > 0 } text ? text : null;

    /// <summary>An external id; null: absent, empty or longer than is stored.</summary>
    public string? Id(string name) => Checked(Text(name), name);

    /// <summary>The first id that is set under one of these names in <c>metadata</c>.</summary>
    public string? MetadataId(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Metadata.Member(name).Text(remarks) is { Length: > 0 } text)
            {
                return Checked(text, name);
            }
        }

        return null;
    }

    private string? Checked(string? id, string name)
    {
        if (id is null || Encoding.UTF8.GetByteCount(id) <= StorableText.MaxIdBytes)
        {
            return id;
        }

        remarks.Add("id-too-long", name, $"an id of more than {StorableText.MaxIdBytes} bytes is left out");
        return null;
    }
}
