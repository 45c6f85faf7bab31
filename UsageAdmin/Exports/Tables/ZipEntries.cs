using System.IO.Compression;

namespace UsageAdmin.Exports.Tables;

/// <summary>
/// Entries of a ZIP that are the same bytes for the same content: fixed time, attributes and compression, whatever the
/// machine's clock, zone or language.
/// </summary>
/// <remarks>
/// Never a <c>using</c> around the archive: disposing it writes its directory after a failure too, and a short archive with
/// a directory looks whole. Disposing it is the last line of a writer that succeeded.
/// </remarks>
internal sealed class ZipEntries(ZipArchive archive, DateOnly date)
{
    /// <summary>What DOS time can hold.</summary>
    private static readonly DateOnly Earliest = new(1980, 1, 1), Latest = new(2107, 12, 31);

    /// <summary>rw-r--r-- of a regular file.</summary>
    private const int Attributes = 0b1_000_000_110_100_100 << 16;

    private readonly DateTimeOffset _time = new(
        (date < Earliest ? Earliest : date > Latest ? Latest : date).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    public T Add<T>(string name, Func<Stream, T> write)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = _time;
        entry.ExternalAttributes = Attributes;
        var stream = entry.Open();
        var result = write(stream);
        stream.Dispose();
        return result;
    }
}
