using System.Buffers.Binary;
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
        var named = zip.Entries.GroupBy(entry => NameOf(entry.FullName), StringComparer.Ordinal).ToList();
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

    public static bool IsZip(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 4 && start[..2].SequenceEqual("PK"u8);
    }

    /// <exception cref="InvalidHeaderException">No ZIP that can be read within the limits.</exception>
    public static ChatGptArchive Open(FileStream file, ChatGptLimits limits)
    {
        try
        {
            CheckDirectory(file, limits);
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return zip.Entries.Count <= limits.MaxZipEntries
                ? new ChatGptArchive(file, zip, limits)
                : throw new InvalidDataException($"it holds more than {limits.MaxZipEntries} files");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException($"The ZIP cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">The entry is encrypted or packed in a way that is not known.</exception>
    public Stream OpenEntry(ZipArchiveEntry entry) => new InflatedBytes(entry.Open(), _limits.MaxEntryBytes, _budget);

    public static string NameOf(string fullName) => fullName[(fullName.LastIndexOfAny(['/', '\\']) + 1)..];

    public void Dispose()
    {
        _zip.Dispose();
        _file.Dispose();
    }

    /// <summary>
    /// Looks at the end record alone (APPNOTE.TXT 4.3.16): <see cref="ZipArchive"/> reads the whole directory into memory,
    /// whatever number of files the record states.
    /// </summary>
    private static void CheckDirectory(FileStream file, ChatGptLimits limits)
    {
        const int RecordLength = 22;
        var tail = new byte[Math.Min(file.Length, RecordLength + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        file.Position = 0;
        var record = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (record < 0 || record + RecordLength > tail.Length)
        {
            throw new InvalidDataException("it has no directory, so it is not complete");
        }

        var start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(record + 16));
        if (file.Length - tail.Length + record - start > limits.MaxZipDirectoryBytes)
        {
            throw new InvalidDataException("its directory is larger than is allowed");
        }
    }

    [GeneratedRegex(@"^conversations(-[0-9]{1,6})?\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex ConversationsName();
}
