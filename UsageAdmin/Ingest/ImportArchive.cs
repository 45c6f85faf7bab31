using System.IO.Compression;

namespace UsageAdmin.Ingest;

/// <summary>A ZIP whose files are read where they lie; nothing is unpacked to disk, and their folders mean nothing.</summary>
internal sealed class ImportArchive : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly ArchiveLimits _limits;
    private readonly InflateBudget _budget;

    private ImportArchive(ZipArchive zip, ArchiveLimits limits)
    {
        (_zip, _limits) = (zip, limits);
        _budget = new InflateBudget(limits.MaxTotalBytes);
        var named = zip.Entries.GroupBy(entry => ZipFiles.NameOf(entry.FullName), StringComparer.Ordinal).ToList();
        Names = [.. named.Select(entries => entries.Key).Where(name => name.Length > 0)];
        Repeated = [.. named.Where(entries => entries.Count() > 1 && entries.Key.EndsWith(".json", StringComparison.Ordinal))
            .Select(entries => entries.Key)];
    }

    /// <summary>The names of its files.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names of JSON files that lie in several folders; only the first of each is read.</summary>
    public IReadOnlyList<string> Repeated { get; }

    /// <summary>A warning for each name that lies in several folders.</summary>
    public IEnumerable<ProblemItem> Problems => Repeated.Select(name => new ProblemItem(
        Refused: false, "repeated-file", null, $"{name} stands in the ZIP more than once; the first one is read"));

    /// <exception cref="InvalidHeaderException">No ZIP that can be read within the limits.</exception>
    public static ImportArchive Open(FileStream file, ArchiveLimits limits)
    {
        try
        {
            return new ImportArchive(ZipFiles.Open(file, limits.MaxZipEntries, limits.MaxZipDirectoryBytes), limits);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException($"The ZIP cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="UnreadableFileException">The file is encrypted or packed in a way that is not known.</exception>
    public Stream OpenFile(string name)
    {
        var entry = _zip.Entries.First(entry => ZipFiles.NameOf(entry.FullName) == name);
        try
        {
            return new InflatedBytes(entry.Open(), _limits.MaxEntryBytes, _budget);
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException($"{name} cannot be inflated: {e.Message}", e);
        }
    }

    public void Dispose() => _zip.Dispose();
}
