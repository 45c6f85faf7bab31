using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>
/// ChatGPT's data export: <c>conversations.json</c>, one conversation alone, or the ZIP with either and the person's
/// <c>user.json</c> and <c>message_feedback.json</c> beside it.
/// </summary>
public sealed partial class ChatGptReader(ChatGptLimits limits) : IImportReader
{
    private const string UserFile = "user.json";
    private const string FeedbackFile = "message_feedback.json";
    private const string GroupChatsFile = "group_chats.json";

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
                (element, line) => ChatGptConversation.ReadAll(element, line, userId: null),
                cancellationToken))
            {
                yield return item;
            }

            yield break;
        }

        using var archive = ImportArchive.Open(stream, limits);
        await foreach (var item in ReadArchiveAsync(archive, cancellationToken))
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArchiveAsync(
        ImportArchive archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var conversations = archive.Names.Where(name => ConversationsName().IsMatch(name))
            .Order(StringComparer.Ordinal).ToList();
        if (conversations.Count == 0)
        {
            throw new InvalidHeaderException(
                "The ZIP holds no conversations.json: take the file that ChatGPT sends as data export.");
        }

        yield return new HeaderItem { Completeness = Completeness.People };
        foreach (var problem in archive.Problems)
        {
            yield return problem;
        }

        var user = await ReadUserAsync(archive, cancellationToken);
        foreach (var item in user)
        {
            yield return item;
        }

        var userId = user.OfType<UserItem>().FirstOrDefault()?.Id;
        var line = 0L;
        foreach (var name in conversations)
        {
            await foreach (var item in ReadEntryAsync(
                archive, name, line, (element, number) => ChatGptConversation.ReadAll(element, number, userId),
                cancellationToken))
            {
                line = Math.Max(line, item.Line);
                yield return item;
            }
        }

        if (archive.Names.Contains(FeedbackFile))
        {
            await foreach (var item in ReadEntryAsync(
                archive, FeedbackFile, line, ChatGptFeedback.Read, cancellationToken))
            {
                yield return item;
            }
        }

        foreach (var item in await ReadGroupChatsAsync(archive, cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>A warning where there are group chats: they belong to several people, and of what they look like nothing is known.</summary>
    private async Task<IReadOnlyList<ImportItem>> ReadGroupChatsAsync(
        ImportArchive archive, CancellationToken cancellationToken)
    {
        var count = await ReadObjectAsync(
            archive, GroupChatsFile, chats => chats.Member("chats").Items().Count(), cancellationToken);
        return count > 0
            ?
            [
                new ProblemItem(Refused: false, "left-out", "chats",
                    FormattableString.Invariant($"{GroupChatsFile}: {count} group chats are left out, they are of several people")),
            ]
            : [];
    }

    /// <summary>The person whose export it is, or why that is not known.</summary>
    private async Task<IReadOnlyList<ImportItem>> ReadUserAsync(ImportArchive archive, CancellationToken cancellationToken)
    {
        if (!archive.Names.Contains(UserFile))
        {
            return [];
        }

        return await ReadObjectAsync(archive, UserFile, UserOf, cancellationToken)
            ?? [new ProblemItem(Refused: true, "invalid-json", null, $"{UserFile} cannot be read")];
    }

    /// <summary>What is read of a small file that holds one object; the default: it is absent, or cannot be read.</summary>
    private async Task<T?> ReadObjectAsync<T>(
        ImportArchive archive, string name, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        if (!archive.Names.Contains(name))
        {
            return default;
        }

        try
        {
            await using var stream = archive.OpenFile(name);
            var elements = new JsonArrayElements(stream, limits.MaxUserFileBytes);
            if (await elements.NextAsync(cancellationToken) == ElementOutcome.Element)
            {
                using var document = JsonDocument.Parse(elements.Current, Documents);
                return read(document.RootElement);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or UnreadableFileException)
        {
            return default;
        }

        return default;
    }

    private static IReadOnlyList<ImportItem> UserOf(JsonElement user)
    {
        var remarks = new Remarks();
        var id = user.Member("id").Id("id", remarks);
        if (id is null)
        {
            return [.. remarks.Of(UserFile, 0)];
        }

        var email = user.Member("email").Text(remarks);
        return
        [
            new UserItem
            {
                Id = id,
                Email = email ?? default(Field<string>),
                Name = user.Member("name").Text(remarks) is { Length: > 0 } name ? name : default(Field<string>),
            },
            .. remarks.Of(UserFile, 0),
        ];
    }

    private async IAsyncEnumerable<ImportItem> ReadEntryAsync(
        ImportArchive archive, string name, long linesBefore, Func<JsonElement, long, IReadOnlyList<ImportItem>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream stream;
        ProblemItem? problem = null;
        try
        {
            stream = archive.OpenFile(name);
        }
        catch (UnreadableFileException e)
        {
            stream = Stream.Null;
            problem = Refused("invalid-zip", linesBefore, null, e.Message);
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

    [GeneratedRegex(@"^conversations(-[0-9]{1,6})?\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex ConversationsName();
}
