using System.Buffers.Binary;
using System.IO.Compression;

namespace UsageAdmin.Ingest;

/// <summary>Opens ZIP files that somebody sent.</summary>
internal static class ZipFiles
{
    public static bool IsZip(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 4 && start[..2].SequenceEqual("PK"u8);
    }

    /// <exception cref="InvalidDataException">No ZIP, or its table of contents is larger than is allowed.</exception>
    public static ZipArchive Open(FileStream file, int maxEntries, int maxDirectoryBytes)
    {
        CheckDirectory(file, maxDirectoryBytes);
        var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Count > maxEntries)
        {
            zip.Dispose();
            throw new InvalidDataException($"it holds more than {maxEntries} files");
        }

        return zip;
    }

    /// <summary>The name of a file in a ZIP without its folders, which mean nothing.</summary>
    public static string NameOf(string fullName) => fullName[(fullName.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>
    /// Looks at the end record alone (APPNOTE.TXT 4.3.16): <see cref="ZipArchive"/> reads the whole directory into memory,
    /// whatever number of files the record states.
    /// </summary>
    private static void CheckDirectory(FileStream file, int maxDirectoryBytes)
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
        if (file.Length - tail.Length + record - start > maxDirectoryBytes)
        {
            throw new InvalidDataException("its directory is larger than is allowed");
        }
    }
}
