using System.Runtime.CompilerServices;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>Reads UsageAdmin NDJSON v1 (ingest.md 1), plain or compressed with gzip.</summary>
public sealed class NdjsonReader : IImportReader
{
    public string Format => "ndjson";

    public bool Recognizes(FileStart start) => start.Bytes.Span.IndexOf("\"usageadmin-ndjson\""u8) >= 0;

    public async IAsyncEnumerable<ImportItem> ReadAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(file.Path, file.Progress);
        using var lines = new LineReader(stream.Bytes);
        await foreach (var item in ReadAsync(lines, file.WorkspacePublicId, cancellationToken))
        {
            yield return item;
        }

        stream.CheckLength(lines.BytesRead);
    }

    /// <summary>The same of lines that come from elsewhere.</summary>
    /// <exception cref="InvalidHeaderException">The first line is no header; nothing was yielded.</exception>
    internal static async IAsyncEnumerable<ImportItem> ReadAsync(
        LineReader lines, string workspacePublicId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var header = await NdjsonHeader.ReadAsync(lines, cancellationToken);
        yield return header.Item;

        var items = new List<ImportItem>();
        var parser = new NdjsonRecordParser(workspacePublicId, header.IsContentAllowed, items.Add, new RepeatedTexts());
        var gatherer = new ConversationGatherer(items.Add);
        do
        {
            ParseAll(lines, parser, gatherer, items);
            foreach (var item in items)
            {
                yield return item;
            }

            items.Clear();
        }
        while (await FillAsync(lines, cancellationToken));

        gatherer.Flush();
        foreach (var item in items)
        {
            yield return item;
        }
    }

    private static void ParseAll(
        LineReader lines, NdjsonRecordParser parser, ConversationGatherer gatherer, List<ImportItem> items)
    {
        while (lines.TryRead(out var line))
        {
            try
            {
                if (lines.IsTooLong)
                {
                    throw new RefusedRecordException(
                        "line-too-long", fieldName: null, $"The line is longer than {LineReader.Limit >> 20} MiB.");
                }

                if (line.Trim(" \t"u8).IsEmpty)
                {
                    continue;
                }

                var item = parser.Parse(line, lines.Line, out var conversationId);
                if (conversationId is not null)
                {
                    gatherer.Add(conversationId, item!);
                }
                else if (item is UsageEventItem { MessageId.Value: not null })
                {
                    gatherer.AddBehind(item);
                }
                else if (item is not null)
                {
                    items.Add(item);
                }
            }
            catch (RefusedRecordException e)
            {
                items.Add(new ProblemItem(Refused: true, e.Code, e.Field, e.Message) { Line = lines.Line });
            }
        }
    }

    private static async ValueTask<bool> FillAsync(LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.FillAsync(cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new UnreadableFileException("The file's compression is damaged or cut off.", e);
        }
    }
}
