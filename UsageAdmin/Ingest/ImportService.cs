namespace UsageAdmin.Ingest;

/// <summary>Imports a file: finds the reader of its format and hands its items to the writer.</summary>
public sealed class ImportService(IEnumerable<IImportReader> readers, ImportWriter writer)
{
    /// <summary>The formats that can be read, in alphabetical order.</summary>
    public IReadOnlyList<string> Formats { get; } = [.. readers.Select(r => r.Format).Order(StringComparer.Ordinal)];

    /// <exception cref="ImportTargetException">There is no such workspace or format.</exception>
    /// <exception cref="InvalidHeaderException">The file is not of this format; nothing was imported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public Task<ImportReport> RunAsync(ImportRequest request, CancellationToken cancellationToken)
    {
        var reader = readers.FirstOrDefault(r => r.Format == request.Format)
            ?? throw new ImportTargetException(
                $"There is no format {request.Format}; there are {string.Join(", ", Formats)}.");
        if (request.Group is not null && !reader.HasGroups)
        {
            throw new ImportTargetException($"Files of format {request.Format} have no groups.");
        }

        var file = new ImportFile(request.Path, request.WorkspacePublicId) { Group = request.Group };
        return writer.WriteAsync(reader.ReadAsync(file, cancellationToken), request, cancellationToken);
    }
}
