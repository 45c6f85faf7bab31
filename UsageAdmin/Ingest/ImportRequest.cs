namespace UsageAdmin.Ingest;

/// <summary>What is to be imported, and where to.</summary>
/// <param name="Path">The file; of items that come from no file, a name for the import's row.</param>
/// <param name="Format">A reader's <see cref="IImportReader.Format"/>.</param>
/// <param name="WorkspacePublicId">The target. Nothing in the file can change it (decisions.md 14).</param>
public sealed record ImportRequest(string Path, string Format, string WorkspacePublicId)
{
    /// <summary>What its sender calls the file; null: its name in <see cref="Path"/>.</summary>
    public string? FileName { get; init; }

    /// <summary>The instance that the data comes from; null: the one that the file names, else the format's name.</summary>
    public string? SourceName { get; init; }

    /// <summary>Whose conversations are that name nobody; null: the source's stub <c>unknown</c>.</summary>
    public string? DefaultUserEmail { get; init; }

    public ImportedContent Content { get; init; }

    public ImportedPeople People { get; init; }

    /// <summary>See <see cref="ImportFile.Group"/>.</summary>
    public string? Group { get; init; }

    /// <summary>The account that imports; null: the command line.</summary>
    public long? AccountId { get; init; }
}

/// <summary>There is no such workspace or format; the message names it.</summary>
public sealed class ImportTargetException(string message) : Exception(message);

/// <summary>
/// The file cannot be read any further: it ends too early, or its compression is damaged. What was read before stays
/// imported.
/// </summary>
public sealed class UnreadableFileException(string message, Exception? inner = null) : Exception(message, inner);
