using System.IO.Compression;
using System.Text.RegularExpressions;

namespace UsageAdmin.Ingest.ChatGpt;

/// <summary>
/// The data-export ZIP. Entries are found by file name, their folders mean nothing; nothing is unpacked to disk.
/// </summary>
internal sealed partial class ChatGptArchive : IDisposable
{
    private readonly FileStream _file;
    private readonly ZipArchive _zip;
    private readonly ChatGptLimits _limits;
    private readonly InflateBudget _budget;

    private ChatGptArchive(FileStream file, ZipArchive zip, ChatGptLimits limits)
    {
        (_file, _zip, _limits) = (file, zip, limits);
        _budget = new InflateBudget(limits.MaxTotalBytes);
        var named = zip.Entries.GroupBy(entry => ZipFiles.NameOf(entry.FullName), StringComparer.Ordinal).ToList();
        Conversations = [.. named.Where(n => ConversationsName().IsMatch(n.Key))
            .OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => n.First())];
        User = named.Find(n => n.Key == "user.json")?.First();
        Feedback = named.Find(n => n.Key == "message_feedback.json")?.First();
        Repeated = [.. named.Where(n => n.Count() > 1 && n.Key.EndsWith(".json", StringComparison.Ordinal))
            .Select(n => n.Key)];
    }

    /// <summary><c>conversations.json</c>, or <c>conversations-000.json</c> and so on, in the order of their names.</summary>
    public IReadOnlyList<ZipArchiveEntry> Conversations { get; }

    public ZipArchiveEntry? User { get; }

    public ZipArchiveEntry? Feedback { get; }

    /// <summary>Names that occur in several folders; only the first of each is read.</summary>
    public IReadOnlyList<string> Repeated { get; }

    /// <exception cref="InvalidHeaderException">No ZIP that can be read within the limits.</exception>
    public static ChatGptArchive Open(FileStream file, ChatGptLimits limits)
    {
        try
        {
            var zip = ZipFiles.Open(file, limits.MaxZipEntries, limits.MaxZipDirectoryBytes);
            return new ChatGptArchive(file, zip, limits);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException($"The ZIP cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">The entry is encrypted or packed in a way that is not known.</exception>
    public Stream OpenEntry(ZipArchiveEntry entry) => new InflatedBytes(entry.Open(), _limits.MaxEntryBytes, _budget);

    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    [GeneratedRegex(@"^conversations(-[0-9]{1,6})?\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex ConversationsName();
}
