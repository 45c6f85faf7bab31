using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>
/// LiteLLM's spend logs, one row per request: the table as CSV, or as JSON (an array, lines, or a page of
/// <c>/spend/logs/v2</c>); and its table of users (ingest.md 4.4).
/// </summary>
public sealed class LiteLlmReader(LiteLlmLimits limits) : IImportReader
{
    private const string NotOurs = "Nothing in the file can be read.";

    public LiteLlmReader() : this(new LiteLlmLimits())
    {
    }

    public string Format => "litellm";

    public bool Recognizes(FileStart start)
    {
        var text = Encoding.UTF8.GetString(start.Bytes.Span);
        if (IsJson(text))
        {
            return (start.HasKey("request_id") && start.HasKey("startTime"))
                || (start.HasKey("user_id") && start.HasKey("user_email") && start.HasKey("user_role"));
        }

        var columns = text.TrimStart('\uFEFF').Split('\n')[0].Split(',').Select(name => name.Trim().Trim('"')).ToHashSet();
        return (columns.Contains("request_id") && columns.Contains("startTime"))
            || (columns.Contains("user_id") && columns.Contains("user_email"));
    }

    public IAsyncEnumerable<ImportItem> ReadAsync(ImportFile file, CancellationToken cancellationToken) =>
        KnownFormat.RequireAsync(ReadFileAsync(file, cancellationToken), NotOurs, cancellationToken);

    private static bool IsJson(string start) => start.TrimStart('\uFEFF').TrimStart() is ['[' or '{', ..];

    private async IAsyncEnumerable<ImportItem> ReadFileAsync(
        ImportFile import, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var remarks = new Remarks();
        var start = await StartAsync(import.Path, cancellationToken);
        await using var stream = ImportStream.Open(import.Path, import.Progress);
        var items = IsJson(start)
            ? ReadJsonAsync(stream.Bytes, remarks, cancellationToken)
            : LiteLlmCsv.Read(new StreamReader(stream.Bytes, Encoding.UTF8), limits, remarks).ToAsyncEnumerable();
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            yield return item;
        }

        foreach (var remark in remarks.Of("the spend logs", 0))
        {
            yield return remark;
        }
    }

    private IAsyncEnumerable<ImportItem> ReadJsonAsync(Stream stream, Remarks remarks, CancellationToken cancellationToken)
    {
        LiteLlmTable? table = null;
        var records = new JsonRecords("The file", limits.MaxRecordLength) { IsSequence = true };
        return records.ReadAsync(
            stream,
            (record, line) =>
            {
                // Answers of the API come in pages.
                var page = record.Member("data") ?? record.Member("users");
                return page is { ValueKind: JsonValueKind.Array }
                    ? [.. page.Items().SelectMany(row => Read(row, line, remarks, ref table))]
                    : Read(record, line, remarks, ref table);
            },
            cancellationToken);
    }

    /// <summary>The first row tells which table it is; rows of another are refused.</summary>
    private static IReadOnlyList<ImportItem> Read(JsonElement record, long line, Remarks remarks, ref LiteLlmTable? table)
    {
        var isRow = record.ValueKind == JsonValueKind.Object;
        if (table is null && isRow)
        {
            table = LiteLlmTable.Of(name => record.TryGetProperty(name, out _));
        }

        return isRow
            ? table!.Read(LiteLlmRow.Of(record, line, remarks))
            : [new ProblemItem(Refused: true, "invalid-row", null, $"record {line} is no object") { Line = line }];
    }

    private static async Task<string> StartAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(path);
        var start = new byte[256];
        try
        {
            var length = await stream.Bytes.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(start, 0, length);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException("The file's compression is damaged.", e);
        }
    }
}
