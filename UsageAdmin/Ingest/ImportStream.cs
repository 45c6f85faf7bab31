using System.Buffers.Binary;
using System.IO.Compression;

namespace UsageAdmin.Ingest;

/// <summary>A file's bytes, inflated where they are gzip, which its first two bytes tell.</summary>
internal sealed class ImportStream : IAsyncDisposable
{
    private readonly long _statedLength;

    private ImportStream(Stream bytes, long statedLength)
    {
        Bytes = bytes;
        _statedLength = statedLength;
    }

    public Stream Bytes { get; }

    /// <param name="progress">Told how far the file is read; null: nobody wants to know.</param>
    public static ImportStream Open(string path, ReadProgress? progress = null)
    {
        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        progress?.Follow(file);
        try
        {
            Span<byte> ends = stackalloc byte[4];
            var isGzip = file.ReadAtLeast(ends[..2], 2, throwOnEndOfStream: false) == 2 && ends is [0x1f, 0x8b, ..];
            if (!isGzip)
            {
                file.Position = 0;
                return new ImportStream(file, statedLength: 0);
            }

            file.Seek(-Math.Min(4, file.Length), SeekOrigin.End);
            file.ReadExactly(ends[..(int)Math.Min(4, file.Length)]);
            file.Position = 0;
            return new ImportStream(
                new GZipStream(file, CompressionMode.Decompress), BinaryPrimitives.ReadUInt32LittleEndian(ends));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Fails where fewer bytes came out than the last four of a gzip file promise: <see cref="GZipStream"/> ends a file that
    /// is cut off without a word. Files of several parts promise less than all (RFC 1952 section 2.3.1).
    /// </summary>
    /// <exception cref="UnreadableFileException">The file is cut off.</exception>
    public void CheckLength(long inflated)
    {
        if (inflated < _statedLength)
        {
            throw new UnreadableFileException("The compressed file is cut off; what could be read of it was.");
        }
    }

    public ValueTask DisposeAsync() => Bytes.DisposeAsync();
}
