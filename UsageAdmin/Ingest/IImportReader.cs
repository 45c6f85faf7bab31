namespace UsageAdmin.Ingest;

/// <summary>Reads one format. Streams: memory does not grow with the file.</summary>
public interface IImportReader
{
    /// <summary>The name in <c>--format</c>, also the default name of the source.</summary>
    string Format { get; }

    /// <summary>Whether it can take in the members of one group alone, see <see cref="ImportFile.Group"/>.</summary>
    bool HasGroups => false;

    /// <summary>Whether a file that starts like this can be of this format. At most one reader says so of a file.</summary>
    bool Recognizes(FileStart start);

    /// <summary>
    /// The file's items in its order. A record that cannot be read becomes a refused <see cref="ProblemItem"/> and the
    /// rest goes on.
    /// </summary>
    /// <exception cref="InvalidHeaderException">The file is not of this format; nothing was yielded.</exception>
    IAsyncEnumerable<ImportItem> ReadAsync(ImportFile file, CancellationToken cancellationToken);
}

/// <param name="Path">Where it lies; readers open it themselves, so that ZIP and SQLite files can be sought in.</param>
/// <param name="WorkspacePublicId">What <c>workspace_id</c> in records has to be, where it stands.</param>
public sealed record ImportFile(string Path, string WorkspacePublicId)
{
    /// <summary>Name or id of the group whose members and their conversations alone are taken in; null: everybody.</summary>
    public string? Group { get; init; }

    /// <summary>Where readers say how far they are.</summary>
    public ReadProgress Progress { get; init; } = new();
}

/// <summary>The file as a whole cannot be read; the message says why and what would be right.</summary>
public sealed class InvalidHeaderException(string message, Exception? inner = null) : Exception(message, inner);
