using System.IO.Compression;
using System.Text;

namespace UsageAdmin.Ingest;

/// <summary>What tells of which format a file is: its first bytes, inflated where they are gzip, and those of files in a ZIP.</summary>
/// <param name="Name">The file's name, without folders.</param>
/// <param name="Bytes">At most 64 KiB.</param>
public sealed record FileStart(string Name, ReadOnlyMemory<byte> Bytes)
{
    private const int MaxBytes = 64 << 10;
    private const int MaxEntries = 64;
    private const int MaxZipEntries = 10_000;
    private const int MaxZipDirectoryBytes = 8 << 20;

    /// <summary>The first files of a ZIP, without their folders' names; empty for other files.</summary>
    public IReadOnlyList<FileStart> Entries { get; private init; } = [];

    /// <param name="name">The name that its sender gave it.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStart Read(string path, string name)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = Read(file);
        file.Position = 0;
        if (bytes is [0x1f, 0x8b, ..])
        {
            using var inflated = new GZipStream(file, CompressionMode.Decompress);
            bytes = Read(inflated);
        }

        return new FileStart(name, bytes) { Entries = bytes.AsSpan().StartsWith("PK"u8) ? ReadEntries(file) : [] };
    }

    /// <summary>Whether it looks like JSON in which something has this key.</summary>
    public bool HasKey(string key)
    {
        var quoted = Encoding.UTF8.GetBytes($"\"{key}\"");
        var rest = Bytes.Span;
        for (var at = rest.IndexOf(quoted); at >= 0; at = rest.IndexOf(quoted))
        {
            rest = rest[(at + quoted.Length)..];
            if (rest.TrimStart(" \t\r\n"u8).StartsWith(":"u8))
            {
                return true;
            }
        }

        return false;
    }

    public bool StartsWith(ReadOnlySpan<byte> start) => Bytes.Span.StartsWith(start);

    /// <summary>A file in the ZIP, wherever it lies there.</summary>
    public FileStart? Entry(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    /// <summary>What can be read: compressed data may be damaged or cut off.</summary>
    private static byte[] Read(Stream stream)
    {
        var bytes = new byte[MaxBytes];
        var length = 0;
        try
        {
            for (var read = -1; read != 0 && length < bytes.Length; length += read)
            {
                read = stream.Read(bytes, length, bytes.Length - length);
            }
        }
        catch (InvalidDataException)
        {
            // The first bytes may tell all the same.
        }

        return bytes[..length];
    }

    private static List<FileStart> ReadEntries(FileStream file)
    {
        try
        {
            using var zip = ZipFiles.Open(file, MaxZipEntries, MaxZipDirectoryBytes);
            var entries = new List<FileStart>();
            foreach (var entry in zip.Entries.Where(e => e.Length > 0).Take(MaxEntries))
            {
                using var content = entry.Open();
                entries.Add(new FileStart(ZipFiles.NameOf(entry.FullName), Read(content)));
            }

            return entries;
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
