using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Ingest.ActivityFile;

/// <summary>
/// Reads our own Activity export (exports.md 1.B.1), one conversation at a time. Messages have no ids there: they get
/// <c>m1</c>, <c>m2</c> … by their place.
/// </summary>
public sealed class ActivityFileReader : IImportReader
{
    public string Format => "activity";

    public bool Recognizes(FileStart start) =>
        start.HasKey("exportedAt") && start.HasKey("dateRange") && start.HasKey("conversations");

    public async IAsyncEnumerable<ImportItem> ReadAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(file.Path, file.Progress);
        using var json = new ActivityFileBuffer(stream.Bytes);
        yield return new HeaderItem { GeneratedAtUtc = await FindConversationsAsync(json, cancellationToken) };

        var items = new List<ImportItem>();
        var conversations = new ActivityConversations(items.Add);
        while (await NextAsync(json, cancellationToken))
        {
            conversations.Read(json.Value.Span);
            foreach (var item in items)
            {
                yield return item;
            }

            items.Clear();
        }

        await ReadToEndAsync(json, cancellationToken);
    }

    /// <summary>Goes into the array of conversations; returns when the file was made.</summary>
    private static async ValueTask<DateTime?> FindConversationsAsync(
        ActivityFileBuffer json, CancellationToken cancellationToken)
    {
        try
        {
            DateTime? exportedAt = null;
            var isObject = await json.ReadAsync(cancellationToken) && json.Kind == JsonTokenType.StartObject;
            while (isObject && await json.ReadAsync(cancellationToken) && json.Kind == JsonTokenType.PropertyName)
            {
                var name = Encoding.UTF8.GetString(json.Value.Span);
                if (name == "conversations")
                {
                    isObject = await json.ReadAsync(cancellationToken) && json.Kind == JsonTokenType.StartArray;
                    if (isObject)
                    {
                        return exportedAt;
                    }
                }
                else if (await json.ReadWholeAsync(cancellationToken) && name == "exportedAt" &&
                    json.Kind == JsonTokenType.String && Rfc3339.TryParse(json.Value.Span[1..^1], out var time))
                {
                    exportedAt = time;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or UnreadableFileException)
        {
            throw new InvalidHeaderException(NoExport, e);
        }

        throw new InvalidHeaderException(NoExport);
    }

    private const string NoExport = "The file is no Activity export: it has no list named conversations.";

    /// <summary>Whether there is one more conversation.</summary>
    private static async ValueTask<bool> NextAsync(ActivityFileBuffer json, CancellationToken cancellationToken)
    {
        try
        {
            return await json.ReadWholeAsync(cancellationToken)
                ? json.Kind != JsonTokenType.EndArray
                : throw CutOff(json);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Damaged(json, e);
        }
    }

    /// <summary>An export that was cut off lacks its closing bracket, and so proves to be one.</summary>
    private static async ValueTask ReadToEndAsync(ActivityFileBuffer json, CancellationToken cancellationToken)
    {
        try
        {
            var isClosed = false;
            while (await json.ReadWholeAsync(cancellationToken))
            {
                isClosed = json.Kind == JsonTokenType.EndObject;
            }

            if (!isClosed)
            {
                throw CutOff(json);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw Damaged(json, e);
        }
    }

    private static UnreadableFileException CutOff(ActivityFileBuffer json) =>
        new($"The file is cut off at byte {json.Offset}: its closing bracket is missing. Export it again.");

    private static UnreadableFileException Damaged(ActivityFileBuffer json, Exception e) =>
        new($"The file is cut off or damaged at byte {json.Offset}; what stands before it was read.", e);
}
