using System.Runtime.CompilerServices;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// LibreChat: the JSON of a conversation's "Export", and the collections of its database as <c>mongoexport</c> writes them,
/// each in a file or several in a ZIP (ingest.md 4.3).
/// </summary>
public sealed class LibreChatReader(LibreChatLimits limits) : IImportReader
{
    private const string NotOurs =
        "The file is not of LibreChat: neither a conversation's export as JSON nor collections written by mongoexport.";

    /// <summary>The JSON is walked without recursion, so that depth costs no stack.</summary>
    private const int MaxDepth = 100_000;

    /// <summary>Collections in the order in which they are read, so that what others name is known before.</summary>
    private static readonly string[] Collections =
        ["users", "groups", "chatprojects", "agents", "files", "conversations", "messages", "transactions"];

    private static readonly string[] Extensions = [".json", ".jsonl", ".ndjson"];

    private static readonly HeaderItem Everything = new() { Completeness = Completeness.All };

    public LibreChatReader() : this(new LibreChatLimits())
    {
    }

    public string Format => "librechat";

    public bool Recognizes(FileStart start) =>
        (start.HasKey("conversationId") && (start.HasKey("exportAt") || start.HasKey("isCreatedByUser")))
        || (start.HasKey("_id") && IsCollection(start))
        || start.Entries.Any(Recognizes);

    public IAsyncEnumerable<ImportItem> ReadAsync(ImportFile file, CancellationToken cancellationToken) =>
        KnownFormat.RequireAsync(ReadFileAsync(file, cancellationToken), NotOurs, cancellationToken);

    private static bool IsCollection(FileStart start) =>
        (start.HasKey("conversationId") && start.HasKey("endpoint"))
        || start.HasKey("tokenType") || start.HasKey("file_id") || start.HasKey("memberIds")
        || (start.HasKey("author") && start.HasKey("provider"))
        || (start.HasKey("email") && start.HasKey("role"))
        || start.HasKey("conversationCount");

    private async IAsyncEnumerable<ImportItem> ReadFileAsync(
        ImportFile import, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(import.Path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous,
        });
        if (file.Length == 0)
        {
            throw new InvalidHeaderException("The file is empty.");
        }

        import.Progress.Follow(file);
        var documents = new Documents(limits);
        var items = ZipFiles.IsZip(file)
            ? ReadArchiveAsync(file, documents, cancellationToken)
            : ReadSingleAsync(import, documents, cancellationToken);
        UnreadableFileException? failure = null;
        await using var source = items.GetAsyncEnumerator(cancellationToken);
        while (failure is null)
        {
            try
            {
                if (!await source.MoveNextAsync())
                {
                    break;
                }
            }
            catch (UnreadableFileException e)
            {
                failure = e;
                continue;
            }

            yield return source.Current;
        }

        // Messages that were joined until then come in, even where the file is cut off.
        foreach (var item in documents.Finish())
        {
            yield return item;
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadSingleAsync(
        ImportFile import, Documents documents, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(import.Path, import.Progress);
        var records = Records("The file", 0);
        var isFirst = true;
        var items = records.ReadAsync(
            stream.Bytes,
            (record, line) =>
            {
                var header = isFirst && Documents.CollectionOf(record) == "conversations" ? Everything : null;
                isFirst = false;
                return header is null ? documents.Read(record, line) : [header, .. documents.Read(record, line)];
            },
            cancellationToken);
        await foreach (var item in items)
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArchiveAsync(
        FileStream file, Documents documents, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var archive = ImportArchive.Open(file, limits);
        var names = archive.Names.Where(name => Extensions.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            .Select(name => (Name: name, Order: Array.IndexOf(Collections, CollectionName(name))))
            .OrderBy(n => n.Order < 0 ? Collections.Length : n.Order).ThenBy(n => n.Name, StringComparer.Ordinal).ToList();
        if (names.Exists(n => n.Order == Array.IndexOf(Collections, "conversations")))
        {
            yield return Everything;
        }

        foreach (var problem in archive.Problems)
        {
            yield return problem;
        }

        var line = 0L;
        var hasRead = false;
        foreach (var (name, order) in names)
        {
            // Collections that are not read hold keys and sessions: they are not even looked through.
            if (order < 0 && !await IsPageExportAsync(archive, name, cancellationToken))
            {
                continue;
            }

            hasRead = true;
            await using var stream = archive.OpenFile(name);
            var records = Records(name, line);
            await foreach (var item in records.ReadAsync(stream, documents.Read, cancellationToken))
            {
                yield return item;
            }

            line = records.Line;
        }

        if (!hasRead)
        {
            throw new InvalidHeaderException($"{NotOurs} The ZIP holds none of {string.Join(", ", Collections)} as .json.");
        }
    }

    private JsonRecords Records(string name, long linesBefore) => new(name, limits.MaxRecordBytes)
    {
        IsSequence = true,
        MaxDepth = MaxDepth,
        LinesBefore = linesBefore,
    };

    /// <summary><c>users</c> for <c>users.json</c> as for <c>LibreChat.users.json</c>.</summary>
    private static string CollectionName(string fileName) =>
        Path.GetFileNameWithoutExtension(fileName).Split('.')[^1].ToLowerInvariant();

    private static async Task<bool> IsPageExportAsync(
        ImportArchive archive, string name, CancellationToken cancellationToken)
    {
        var start = new byte[256];
        try
        {
            await using var stream = archive.OpenFile(name);
            var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            var text = start.AsSpan(0, length).TrimStart("\uFEFF \t\r\n"u8);
            return text is [(byte)'{', ..] && text[1..].TrimStart(" \t\r\n"u8).StartsWith("\"conversationId\""u8);
        }
        catch (Exception e) when (e is UnreadableFileException or InvalidDataException)
        {
            return false;
        }
    }
}
