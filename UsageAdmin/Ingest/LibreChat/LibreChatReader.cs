using System.Runtime.CompilerServices;
using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>LibreChat: the JSON of a conversation's "Export" (ingest.md 4.3).</summary>
public sealed class LibreChatReader(LibreChatLimits limits) : IImportReader
{
    private const string NotOurs = "The file is not of LibreChat: no conversation's export as JSON.";

    /// <summary>The JSON is walked without recursion, so that depth costs no stack.</summary>
    private const int MaxDepth = 100_000;

    public LibreChatReader() : this(new LibreChatLimits())
    {
    }

    public string Format => "librechat";

    public bool Recognizes(FileStart start) =>
        start.HasKey("conversationId") && (start.HasKey("exportAt") || start.HasKey("isCreatedByUser"));

    public async IAsyncEnumerable<ImportItem> ReadAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(file.Path);
        var records = new JsonRecords("The file", limits.MaxRecordBytes) { IsSequence = true, MaxDepth = MaxDepth };
        var items = KnownFormat.RequireAsync(
            records.ReadAsync(stream.Bytes, Read, cancellationToken), NotOurs, cancellationToken);
        await foreach (var item in items)
        {
            yield return item;
        }
    }

    private static IReadOnlyList<ImportItem> Read(JsonElement record, long line) => PageExport.IsOne(record)
        ? PageExport.Read(record, line)
        :
        [
            new ProblemItem(Refused: true, "unknown-record", null, $"record {line} is nothing that is known of LibreChat")
            {
                Line = line,
            },
        ];
}
