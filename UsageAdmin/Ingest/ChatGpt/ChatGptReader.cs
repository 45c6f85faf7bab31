using System.Runtime.CompilerServices;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>
/// ChatGPT's data export: <c>conversations.json</c>, one conversation alone, or the ZIP with either and the person's
/// <c>user.json</c> and <c>message_feedback.json</c> beside it.
/// </summary>
public sealed class ChatGptReader(ChatGptLimits limits) : IImportReader
{
    private static readonly JsonDocumentOptions Documents = new() { MaxDepth = 256 };

    public ChatGptReader() : this(new ChatGptLimits())
    {
    }

    public string Format => "chatgpt";

    public bool Recognizes(FileStart start) =>
        (start.HasKey("mapping") && start.HasKey("create_time")) ||
        start.Entries.Any(entry => entry.Name.StartsWith("conversations", StringComparison.Ordinal) && Recognizes(entry));

    /// <remarks>
    /// Problems are held back until a conversation could be read: a file in which none can is not of this format.
    /// </remarks>
    public async IAsyncEnumerable<ImportItem> ReadAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int MaxHeldBack = 1000;
        var heldBack = new List<ImportItem>();
        var isKnown = false;
        await foreach (var item in ReadFileAsync(file, cancellationToken))
        {
            if (!isKnown && item is not ConversationItem { HasHeader: true } && heldBack.Count < MaxHeldBack)
            {
                heldBack.Add(item);
                continue;
            }

            isKnown = true;
            foreach (var earlier in heldBack)
            {
                yield return earlier;
            }

            heldBack.Clear();
            yield return item;
        }

        if (heldBack.OfType<ProblemItem>().FirstOrDefault(problem => problem.Refused) is { } problem)
        {
            throw new InvalidHeaderException($"The file holds no conversation of ChatGPT: {problem.Text}");
        }

        foreach (var item in heldBack)
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadFileAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });
        file.Progress.Follow(stream);
        if (!ZipFiles.IsZip(stream))
        {
            await foreach (var item in ReadArrayAsync(
                stream, Path.GetFileName(file.Path), 0,
                (element, line) => ChatGptConversation.Read(element, line, userId: null),
                cancellationToken))
            {
                yield return item;
            }

            yield break;
        }

        using var archive = ChatGptArchive.Open(stream, limits);
        await foreach (var item in ReadArchiveAsync(archive, cancellationToken))
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArchiveAsync(
        ChatGptArchive archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (archive.Conversations.Count == 0)
        {
            throw new InvalidHeaderException(
                "The ZIP holds no conversations.json: take the file that ChatGPT sends as data export.");
        }

        foreach (var name in archive.Repeated)
        {
            yield return new ProblemItem(Refused: false, "repeated-file", null,
                $"{name} stands in the ZIP more than once; the first one is read");
        }

        yield return new HeaderItem { Completeness = Completeness.People };
        var user = await ReadUserAsync(archive, cancellationToken);
        foreach (var item in user)
        {
            yield return item;
        }

        var userId = user.OfType<UserItem>().FirstOrDefault()?.Id;
        var line = 0L;
        foreach (var entry in archive.Conversations)
        {
            await foreach (var item in ReadEntryAsync(
                archive, entry, line, (element, number) => ChatGptConversation.Read(element, number, userId),
                cancellationToken))
            {
                line = item.Line;
                yield return item;
            }
        }

        if (archive.Feedback is { } feedback)
        {
            await foreach (var item in ReadEntryAsync(
                archive, feedback, line, ChatGptFeedback.Read, cancellationToken))
            {
                yield return item;
            }
        }
    }

    /// <summary>The person whose export it is, or why that is not known.</summary>
    private async Task<IReadOnlyList<ImportItem>> ReadUserAsync(
        ChatGptArchive archive, CancellationToken cancellationToken)
    {
        if (archive.User is not { } entry)
        {
            return [];
        }

        try
        {
            await using var stream = archive.OpenEntry(entry);
            var elements = new JsonArrayElements(stream, limits.MaxUserFileBytes);
            if (await elements.NextAsync(cancellationToken) == ElementOutcome.Element)
            {
                using var document = JsonDocument.Parse(elements.Current, Documents);
                return UserOf(document.RootElement);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return [new ProblemItem(Refused: true, "invalid-json", null, $"user.json cannot be read: {e.Message}")];
        }

        return [new ProblemItem(Refused: true, "invalid-json", null, "user.json cannot be read")];
    }

    private static IReadOnlyList<ImportItem> UserOf(JsonElement user)
    {
        var remarks = new Remarks();
        var id = user.Member("id").Id("id", remarks);
        if (id is null)
        {
            return [.. remarks.Of("user.json", 0)];
        }

        var email = user.Member("email").Text(remarks);
        return [new UserItem { Id = id, Email = email ?? default(Field<string>) }, .. remarks.Of("user.json", 0)];
    }

    private async IAsyncEnumerable<ImportItem> ReadEntryAsync(
        ChatGptArchive archive, System.IO.Compression.ZipArchiveEntry entry, long linesBefore,
        Func<JsonElement, long, IReadOnlyList<ImportItem>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = ZipFiles.NameOf(entry.FullName);
        Stream stream;
        ProblemItem? problem = null;
        try
        {
            stream = archive.OpenEntry(entry);
        }
        catch (InvalidDataException e)
        {
            stream = Stream.Null;
            problem = Refused("invalid-zip", linesBefore, null, $"{name} cannot be read: {e.Message}");
        }

        if (problem is not null)
        {
            yield return problem;
            yield break;
        }

        await using (stream)
        {
            await foreach (var item in ReadArrayAsync(stream, name, linesBefore, read, cancellationToken))
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArrayAsync(
        Stream stream, string name, long linesBefore, Func<JsonElement, long, IReadOnlyList<ImportItem>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var elements = new JsonArrayElements(stream, limits.MaxConversationBytes);
        var isLast = false;
        while (!isLast)
        {
            IReadOnlyList<ImportItem> items;
            try
            {
                var outcome = await elements.NextAsync(cancellationToken);
                isLast = outcome is not (ElementOutcome.Element or ElementOutcome.TooLong);
                items = Read(elements, outcome, name, linesBefore, read);
            }
            catch (InvalidDataException e)
            {
                isLast = true;
                items = [Refused("invalid-zip", linesBefore, elements, $"{name} cannot be read further: {e.Message}")];
            }

            foreach (var item in items)
            {
                yield return item;
            }
        }
    }

    private IReadOnlyList<ImportItem> Read(
        JsonArrayElements elements, ElementOutcome outcome, string name, long linesBefore,
        Func<JsonElement, long, IReadOnlyList<ImportItem>> read) => outcome switch
        {
            ElementOutcome.Element => ReadElement(elements, name, linesBefore, read),
            ElementOutcome.TooLong => [Refused("too-long", linesBefore, elements,
                $"record {elements.Number} of {name}, at byte {elements.StartOffset}, is longer than " +
                $"{limits.MaxConversationBytes} bytes")],
            ElementOutcome.Truncated => [Refused("truncated", linesBefore, elements,
                $"{name} ends at byte {elements.Offset} in the middle of record {elements.Number}, " +
                $"which starts at byte {elements.StartOffset}")],
            ElementOutcome.Trailing => [Refused("trailing-data", linesBefore, elements,
                $"{name} goes on at byte {elements.Offset}, behind its closing bracket; that is not read")],
            ElementOutcome.NoArray => [Refused("invalid-json", linesBefore, elements,
                $"{name} is neither a JSON array nor an object")],
            _ => [],
        };

    private static IReadOnlyList<ImportItem> ReadElement(
        JsonArrayElements elements, string name, long linesBefore,
        Func<JsonElement, long, IReadOnlyList<ImportItem>> read)
    {
        try
        {
            using var document = JsonDocument.Parse(elements.Current, Documents);
            return read(document.RootElement, linesBefore + elements.Number);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: the name of a property holds half a surrogate pair.
            return [Refused("invalid-json", linesBefore, elements,
                $"record {elements.Number} of {name}, which starts at byte {elements.StartOffset}: {e.Message}")];
        }
    }

    private static ProblemItem Refused(string code, long linesBefore, JsonArrayElements? elements, string text) =>
        new(Refused: true, code, null, text) { Line = linesBefore + (elements?.Number ?? 0) };
}
