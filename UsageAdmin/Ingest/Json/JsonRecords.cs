using System.Runtime.CompilerServices;
using System.Text.Json;

namespace UsageAdmin.Ingest.Json;

/// <summary>Reads a JSON file record by record, so that memory holds one; one that is damaged is refused alone.</summary>
/// <param name="name">What the file is called in problems, as <c>The file</c> or <c>messages.json</c>.</param>
internal sealed class JsonRecords(string name, int maxRecordBytes)
{
    private static readonly JsonDocumentOptions Documents = new() { MaxDepth = 256 };

    /// <summary>Conversations whose answers stand inside one another are as deep as they are long.</summary>
    public int MaxDepth { get; init; } = Documents.MaxDepth;

    /// <summary>Objects may follow one another without an array, as JSON lines.</summary>
    public bool IsSequence { get; init; }

    /// <summary>What the record before the first counts as, where several files are read as one.</summary>
    public long LinesBefore { get; init; }

    /// <summary>Number of the last record that was read, <see cref="LinesBefore"/> included.</summary>
    public long Line { get; private set; }

    /// <param name="read">A record's items; its elements end with the call. An empty file has no records.</param>
    /// <exception cref="UnreadableFileException">The file ends in the middle of a record, or goes on behind its end.</exception>
    public async IAsyncEnumerable<ImportItem> ReadAsync(
        Stream stream, Func<JsonElement, long, IReadOnlyList<ImportItem>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var elements = new JsonArrayElements(stream, maxRecordBytes, IsSequence);
        while (true)
        {
            var outcome = await NextAsync(elements, cancellationToken);
            Line = LinesBefore + elements.Number;
            if (outcome == ElementOutcome.End)
            {
                yield break;
            }

            foreach (var item in Read(elements, outcome, read))
            {
                yield return item;
            }
        }
    }

    /// <summary>
    /// Whether it is what parsing and reading damaged JSON throws: also <see cref="InvalidOperationException"/>, where the name
    /// of a property holds half a character.
    /// </summary>
    private static bool IsDamage(Exception e) => e is JsonException or InvalidOperationException;

    private async ValueTask<ElementOutcome> NextAsync(JsonArrayElements elements, CancellationToken cancellationToken)
    {
        try
        {
            return await elements.NextAsync(cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException($"{name} cannot be inflated: {e.Message}", e);
        }
    }

    private IReadOnlyList<ImportItem> Read(
        JsonArrayElements elements, ElementOutcome outcome, Func<JsonElement, long, IReadOnlyList<ImportItem>> read) =>
        outcome switch
        {
            ElementOutcome.Element => ReadElement(elements, read),
            ElementOutcome.TooLong => [Refused(elements, "too-long", $"it is longer than {maxRecordBytes} bytes")],
            ElementOutcome.Truncated => throw new UnreadableFileException(
                $"{name} is cut off at byte {elements.Offset}, in the middle of record {elements.Number}. Export it again."),
            ElementOutcome.Trailing => throw new UnreadableFileException(
                $"{name} goes on at byte {elements.Offset}, behind its closing bracket; that is not read."),
            _ => throw new UnreadableFileException($"{name} is neither a JSON array nor an object."),
        };

    private IReadOnlyList<ImportItem> ReadElement(
        JsonArrayElements elements, Func<JsonElement, long, IReadOnlyList<ImportItem>> read)
    {
        try
        {
            using var document = JsonDocument.Parse(elements.Current, Documents with { MaxDepth = MaxDepth });
            return read(document.RootElement, Line);
        }
        catch (Exception e) when (IsDamage(e))
        {
            return [Refused(elements, "invalid-json", e.Message)];
        }
    }

    private ProblemItem Refused(JsonArrayElements elements, string code, string reason) =>
        new(Refused: true, code, null,
            $"record {elements.Number}, which starts at byte {elements.StartOffset}, cannot be read: {reason}")
        {
            Line = Line,
        };
}
