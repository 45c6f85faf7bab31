using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.Claude;

/// <summary>
/// Claude's data export: the ZIP with <c>conversations.json</c>, <c>users.json</c> and projects, or one of these files alone
/// (ingest.md 4.5).
/// </summary>
public sealed partial class ClaudeReader(ClaudeLimits limits) : IImportReader
{
    private const string NotOurs = "The file is not of Claude: neither the ZIP of a data export nor a file out of it.";

    private static readonly HeaderItem AllOfPeople = new() { Completeness = Completeness.People };

    public ClaudeReader() : this(new ClaudeLimits())
    {
    }

    public string Format => "claude";

    public bool Recognizes(FileStart start) =>
        start.HasKey("chat_messages")
        || (start.HasKey("full_name") && start.HasKey("email_address"))
        || (start.HasKey("prompt_template") && start.HasKey("is_starter_project"))
        || start.Entries.Any(Recognizes);

    public IAsyncEnumerable<ImportItem> ReadAsync(ImportFile file, CancellationToken cancellationToken) =>
        KnownFormat.RequireAsync(ReadFileAsync(file, cancellationToken), NotOurs, cancellationToken);

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
        import.Progress.Follow(file);
        if (ZipFiles.IsZip(file))
        {
            await foreach (var item in ReadArchiveAsync(file, cancellationToken))
            {
                yield return item;
            }

            yield break;
        }

        await using var stream = ImportStream.Open(import.Path, import.Progress);
        var isFirst = true;
        var items = new JsonRecords("The file", limits.MaxRecordBytes).ReadAsync(
            stream.Bytes,
            (record, line) =>
            {
                var isConversation = isFirst && record.Member("chat_messages") is not null;
                isFirst = false;
                return isConversation ? [AllOfPeople, .. ClaudeRecord.Read(record, line)] : ClaudeRecord.Read(record, line);
            },
            cancellationToken);
        await foreach (var item in items)
        {
            yield return item;
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArchiveAsync(
        FileStream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var archive = ImportArchive.Open(file, limits);
        var names = archive.Names.Select(name => (Name: name, Order: OrderOf(name))).Where(n => n.Order is not null)
            .OrderBy(n => n.Order).ThenBy(n => n.Name, StringComparer.Ordinal).Select(n => n.Name).ToList();
        if (!names.Exists(name => ConversationsName().IsMatch(name)))
        {
            throw new InvalidHeaderException($"{NotOurs} The ZIP holds no conversations.json.");
        }

        // Of an export in parts each part may come alone.
        if (names.Contains("conversations.json"))
        {
            yield return AllOfPeople;
        }

        foreach (var problem in archive.Problems)
        {
            yield return problem;
        }

        var line = 0L;
        foreach (var name in names)
        {
            await using var stream = archive.OpenFile(name);
            var records = new JsonRecords(name, limits.MaxRecordBytes) { LinesBefore = line };
            await foreach (var item in records.ReadAsync(stream, ClaudeRecord.Read, cancellationToken))
            {
                yield return item;
            }

            line = records.Line;
        }
    }

    /// <summary>People and projects before the conversations that name them; null: a file that is not read.</summary>
    private static int? OrderOf(string name) =>
        name == "users.json" ? 0
        : name == "projects.json" || ProjectName().IsMatch(name) ? 1
        : ConversationsName().IsMatch(name) ? 2
        : null;

    [GeneratedRegex(@"^conversations(-[0-9]{1,6})?\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex ConversationsName();

    /// <summary>Newer exports have a file per project, called by its id.</summary>
    [GeneratedRegex(@"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectName();
}
