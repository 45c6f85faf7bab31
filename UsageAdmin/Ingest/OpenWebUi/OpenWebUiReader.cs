using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Open WebUI: its database <c>webui.db</c>, the JSON of "Export All Chats (All Users)", and lists of users as CSV or JSON.
/// What a file is, its content tells (ingest.md 4.1).
/// </summary>
public sealed class OpenWebUiReader(DataDirectory directory, TimeProvider time, OpenWebUiLimits limits) : IImportReader
{
    private const string NotOurs =
        "The file is not of Open WebUI: neither webui.db (it may be encrypted, or damaged) nor the JSON of Export All Chats " +
        "nor a list of users.";

    public OpenWebUiReader(DataDirectory directory, TimeProvider time) : this(directory, time, new OpenWebUiLimits())
    {
    }

    public string Format => "openwebui";

    public bool HasGroups => true;

    public bool Recognizes(FileStart start) =>
        SourceDatabase.IsOne(start.Bytes.Span) ||
        (start.HasKey("chat") && start.HasKey("user_id")) ||
        (start.HasKey("email") && start.HasKey("profile_image_url")) ||
        start.StartsWith("id,name,email,role"u8);

    public IAsyncEnumerable<ImportItem> ReadAsync(ImportFile file, CancellationToken cancellationToken) =>
        IsDatabase(file.Path)
            ? ReadDatabaseAsync(file, cancellationToken)
            : ReadTextAsync(file, cancellationToken);

    private static bool IsDatabase(string path)
    {
        Span<byte> start = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return SourceDatabase.IsOne(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private async IAsyncEnumerable<ImportItem> ReadDatabaseAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        using var database = SourceDatabase.Open(file.Path, directory.Temporary);
        using var items = new DatabaseReader(database, new OpenWebUiTimes(time), limits)
            .Read(file.Group, file.Progress).GetEnumerator();
        var hasRead = false;
        while (MoveNext(items, hasRead))
        {
            hasRead = true;
            cancellationToken.ThrowIfCancellationRequested();
            yield return items.Current;
        }
    }

    private static bool MoveNext(IEnumerator<ImportItem> items, bool hasRead)
    {
        try
        {
            return items.MoveNext();
        }
        catch (SqliteException e)
        {
            var message = $"The database is damaged: {e.Message}.";
            throw hasRead
                ? new UnreadableFileException($"{message} What could be read of it was.", e)
                : new InvalidHeaderException(message, e);
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadTextAsync(
        ImportFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (file.Group is not null)
        {
            throw new InvalidHeaderException("Only the database tells who is in a group; import webui.db.");
        }

        await using var stream = ImportStream.Open(file.Path, file.Progress);
        var times = new OpenWebUiTimes(time);
        var items = await IsJsonAsync(file.Path, cancellationToken)
            ? new JsonRecords("The file", limits.MaxChatBytes)
                .ReadAsync(stream.Bytes, new ExportElement(times).Read, cancellationToken)
            : await ReadCsvAsync(stream.Bytes, cancellationToken);
        await foreach (var item in KnownFormat.RequireAsync(items, NotOurs, cancellationToken))
        {
            yield return item;
        }
    }

    private static async Task<bool> IsJsonAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = ImportStream.Open(path);
        var start = new byte[256];
        try
        {
            var read = await stream.Bytes.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            var text = Encoding.UTF8.GetString(start, 0, read).TrimStart('\uFEFF').TrimStart();
            return text is ['[' or '{', ..];
        }
        catch (InvalidDataException e)
        {
            throw new InvalidHeaderException(NotOurs, e);
        }
    }

    private async Task<IAsyncEnumerable<ImportItem>> ReadCsvAsync(Stream stream, CancellationToken cancellationToken)
    {
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            text.Write(buffer, 0, read);
            if (text.Length > limits.MaxUserListBytes)
            {
                throw new InvalidHeaderException(NotOurs);
            }
        }

        var bytes = text.GetBuffer().AsSpan(0, (int)text.Length);
        return System.Text.Unicode.Utf8.IsValid(bytes)
            && UserCsv.Read(Encoding.UTF8.GetString(bytes), new OpenWebUiTimes(time)) is { } users
                ? users.ToAsyncEnumerable()
                : throw new InvalidHeaderException(NotOurs);
    }
}
