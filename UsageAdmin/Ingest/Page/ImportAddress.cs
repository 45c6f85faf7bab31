using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace UsageAdmin.Ingest.Page;

/// <summary>The state of the import page as its query string holds it. What cannot be read is left out.</summary>
public sealed record ImportAddress
{
    /// <summary>The upload that is looked at; null: none.</summary>
    public string? Upload { get; init; }

    /// <summary>The import whose report is shown; null: the list of all.</summary>
    public long? Import { get; init; }

    /// <summary>The import whose source and choices a newer file gets.</summary>
    public long? Repeat { get; init; }

    /// <summary>Of the list, or of the report's problems. From 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Why the last request of the reader was not met as it was asked.</summary>
    public string? Notice { get; init; }

    public static ImportAddress Parse(string queryString)
    {
        var query = QueryHelpers.ParseQuery(queryString);
        return new ImportAddress
        {
            Upload = Word(query, "upload"),
            Import = Number(query, "import"),
            Repeat = Number(query, "repeat"),
            Page = (int)Math.Min(Number(query, "page") ?? 1, 1_000_000),
            Notice = Word(query, "notice"),
        };
    }

    /// <summary>The query string that <see cref="Parse"/> reads back, with its question mark; the notice is not kept.</summary>
    public string ToQueryString()
    {
        var fields = new List<KeyValuePair<string, string?>>();
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                fields.Add(KeyValuePair.Create(name, (string?)value));
            }
        }

        Add("upload", Upload);
        Add("import", Import?.ToString(CultureInfo.InvariantCulture));
        Add("repeat", Repeat?.ToString(CultureInfo.InvariantCulture));
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        return QueryHelpers.AddQueryString("", fields);
    }

    private static string? Word(Dictionary<string, StringValues> query, string name) =>
        query.GetValueOrDefault(name) is [{ Length: > 0 and <= 64 } word] ? word : null;

    private static long? Number(Dictionary<string, StringValues> query, string name) =>
        long.TryParse(Word(query, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
