using System.Runtime.CompilerServices;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Reads a JSON file element by element, so that memory holds one chat.</summary>
internal sealed class ExportReader(OpenWebUiTimes times, OpenWebUiLimits limits)
{
    private readonly ExportElement _element = new(times);

    /// <exception cref="UnreadableFileException">The file ends in the middle of an element, or goes on behind its end.</exception>
    public async IAsyncEnumerable<ImportItem> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var elements = new JsonArrayElements(stream, limits.MaxChatBytes);
        while (true)
        {
            var outcome = await NextAsync(elements, cancellationToken);
            if (outcome == ElementOutcome.End)
            {
                yield break;
            }

            foreach (var item in Read(elements, outcome))
            {
                yield return item;
            }
        }
    }

    private static async ValueTask<ElementOutcome> NextAsync(JsonArrayElements elements, CancellationToken cancellationToken)
    {
        try
        {
            return await elements.NextAsync(cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException("The file's compression is damaged or cut off.", e);
        }
    }

    private IReadOnlyList<ImportItem> Read(JsonArrayElements elements, ElementOutcome outcome) => outcome switch
    {
        ElementOutcome.Element => ReadElement(elements),
        ElementOutcome.TooLong => [Refused(elements, "too-long", $"it is longer than {limits.MaxChatBytes} bytes")],
        ElementOutcome.Truncated => throw new UnreadableFileException(
            $"The file is cut off at byte {elements.Offset}, in the middle of record {elements.Number}. Export it again."),
        ElementOutcome.Trailing => throw new UnreadableFileException(
            $"The file goes on at byte {elements.Offset}, behind its closing bracket; that is not read."),
        _ => throw new UnreadableFileException("The file is neither a JSON array nor an object."),
    };

    private IReadOnlyList<ImportItem> ReadElement(JsonArrayElements elements)
    {
        try
        {
            using var document = JsonDocument.Parse(elements.Current, OpenWebUiJson.Documents);
            return _element.Read(document.RootElement, elements.Number);
        }
        catch (Exception e) when (OpenWebUiJson.IsDamage(e))
        {
            return [Refused(elements, "invalid-json", e.Message)];
        }
    }

    private static ProblemItem Refused(JsonArrayElements elements, string code, string reason) =>
        new(Refused: true, code, null,
            $"record {elements.Number}, which starts at byte {elements.StartOffset}, cannot be read: {reason}")
        {
            Line = elements.Number,
        };
}
