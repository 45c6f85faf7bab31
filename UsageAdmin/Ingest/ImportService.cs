using UsageAdmin.Data;

namespace UsageAdmin.Ingest;

/// <summary>Imports a file: finds the reader of its format and hands its items to the writer.</summary>
public sealed class ImportService(IEnumerable<IImportReader> readers, ImportWriter writer, DataDirectory directory)
{
    /// <summary>The formats that can be read, in alphabetical order.</summary>
    public IReadOnlyList<string> Formats { get; } = [.. readers.Select(r => r.Format).Order(StringComparer.Ordinal)];

    /// <exception cref="ImportTargetException">There is no such workspace or format, or the request contradicts itself.</exception>
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
        return writer.WriteAsync(Kept(reader.ReadAsync(file, cancellationToken), request), request, cancellationToken);
    }

    /// <summary>What the request lets in of the items.</summary>
    private IAsyncEnumerable<ImportItem> Kept(IAsyncEnumerable<ImportItem> items, ImportRequest request)
    {
        var isPseudonymous = request.People == ImportedPeople.Pseudonymous;
        if (isPseudonymous && request.DefaultUserEmail is not null)
        {
            throw new ImportTargetException("An import without names cannot give conversations to a named person.");
        }

        return request.Content == ImportedContent.Full && !isPseudonymous
            ? items
            : new ImportPrivacy(request.Content, isPseudonymous ? PseudonymKey() : null).ApplyAsync(items);
    }

    /// <summary>A secret of the instance, so that ids of people cannot be tried out by whoever sees a pseudonym.</summary>
    private byte[] PseudonymKey() => SecretFile.ReadOrMake(Path.Combine(directory.Keys, "imported-people.key"));
}
