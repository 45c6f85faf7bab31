namespace UsageAdmin.Ingest;

/// <summary>How far an import or a look at a file is; told after each batch.</summary>
/// <param name="Share">Of the file, 0 to 1; null: not known.</param>
public sealed record ImportProgress(long Conversations, long Messages, double? Share);

/// <summary>How much of a file its reader has read.</summary>
public sealed class ReadProgress
{
    private FileStream? _file;
    private (long Done, long Total) _count;

    /// <summary>0 to 1; null: not known.</summary>
    public double? Share
    {
        get
        {
            if (_file is { } file)
            {
                try
                {
                    return file.Length == 0 ? 1 : (double)file.Position / file.Length;
                }
                catch (ObjectDisposedException)
                {
                    return 1;
                }
            }

            return _count.Total == 0 ? null : Math.Min(1, (double)_count.Done / _count.Total);
        }
    }

    /// <summary>Takes the share from how far the file has been read.</summary>
    public void Follow(FileStream file) => _file = file;

    /// <summary>Takes the share from a number of things, for files that are not read in order.</summary>
    public void Set(long done, long total) => _count = (done, total);
}
