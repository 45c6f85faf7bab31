using UsageAdmin.Data;

namespace UsageAdmin.Ingest;

/// <summary>Imports a file: finds the reader of its format and hands its items to the writer.</summary>
public sealed class ImportService(IEnumerable<IImportReader> readers, ImportWriter writer, DataDirectory directory)
{
    /// <summary>The formats that can be read, in alphabetical order.</summary>
    public IReadOnlyList<string> Formats { get; } = [.. readers.Select(r => r.Format).Order(StringComparer.Ordinal)];

    /// <summary>The formats that a file can be of, by how it starts; none or several where that does not tell.</summary>
    /// <param name="name">The name that its sender gave it.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public IReadOnlyList<string> Detect(string path, string name)
    {
        var start = FileStart.Read(path, name);
        return [.. readers.Where(r => r.Recognizes(start)).Select(r => r.Format)];
    }

    /// <summary>Whether files of a format can be taken in for one group alone.</summary>
    public bool HasGroups(string format) => readers.Any(r => r.Format == format && r.HasGroups);

    /// <exception cref="ImportTargetException">There is no such workspace or format, or the request contradicts itself.</exception>
    /// <exception cref="InvalidHeaderException">The file is not of this format; nothing was imported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public Task<ImportReport> RunAsync(ImportRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, progress: null, cancellationToken);

    /// <inheritdoc cref="RunAsync(ImportRequest, CancellationToken)"/>
    public Task<ImportReport> RunAsync(
        ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var (items, told) = Read(request, progress, cancellationToken);
        return writer.WriteAsync(items, request, told, cancellationToken);
    }

    /// <summary>
    /// What an import would do: the same counts, refused records and warnings. Reads the whole file; nothing stays written.
    /// </summary>
    /// <remarks>Things that several batches name new may be counted as new in each.</remarks>
    /// <inheritdoc cref="RunAsync(ImportRequest, CancellationToken)"/>
    public Task<ImportReport> PreviewAsync(
        ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var (items, told) = Read(request, progress, cancellationToken);
        return writer.PreviewAsync(items, request, told, cancellationToken);
    }

    /// <summary>
    /// Goes on with an import that failed, was cancelled or was killed, where it stopped, with the options that it had.
    /// </summary>
    /// <param name="path">The same file again.</param>
    /// <exception cref="ImportTargetException">It still runs, cannot go on, or the file is another one.</exception>
    /// <inheritdoc cref="RunAsync(ImportRequest, CancellationToken)"/>
    public Task<ImportReport> ResumeAsync(
        long importId, string path, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var request = writer.FindRequest(importId, path);
        var (items, told) = Read(request, progress, cancellationToken);
        return writer.ResumeAsync(items, request, importId, told, cancellationToken);
    }

    /// <summary>How an import that is to go on was asked for.</summary>
    /// <inheritdoc cref="ResumeAsync"/>
    public ImportRequest FindRequest(long importId, string path) => writer.FindRequest(importId, path);

    private (IAsyncEnumerable<ImportItem> Items, Action<ImportReport>? Told) Read(
        ImportRequest request, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        var reader = readers.FirstOrDefault(r => r.Format == request.Format)
            ?? throw new ImportTargetException(
                $"There is no format {request.Format}; there are {string.Join(", ", Formats)}.");
        if (request.Group is not null && !reader.HasGroups)
        {
            throw new ImportTargetException($"Files of format {request.Format} have no groups.");
        }

        var file = new ImportFile(request.Path, request.WorkspacePublicId) { Group = request.Group };
        Action<ImportReport>? told = progress is null
            ? null
            : report => progress.Report(new ImportProgress(
                report.CountOf("conversations"), report.CountOf("messages"), file.Progress.Share));
        return (Kept(reader.ReadAsync(file, cancellationToken), request), told);
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
