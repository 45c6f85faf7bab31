using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// Files that <c>chat_file</c> ties to a message, with name, type and size from <c>file</c>; never their text or where they lie.
/// </summary>
internal sealed class ChatFileRows : IDisposable
{
    private readonly Statement _rows;

    public ChatFileRows(SourceDatabase database)
    {
        var tables = database.Tables;
        var (file, join) = tables.Has("file", "id")
            ? (tables.Columns("file", "filename", "meta"), "LEFT JOIN file ON file.id = chat_file.file_id")
            : ("NULL, NULL", "");
        _rows = database.Prepare(
            $"SELECT {tables.Columns("chat_file", "file_id", "message_id", "created_at")}, {file} FROM chat_file {join} " +
            "WHERE chat_file.chat_id = ?1 AND chat_file.message_id IS NOT NULL ORDER BY 1, 2");
    }

    public List<FileItem> Read(string chatId, long line, OpenWebUiTimes times, Remarks remarks)
    {
        var files = new List<FileItem>();
        _rows.Reset().Bind(1, chatId);
        try
        {
            while (_rows.Step())
            {
                if (_rows.Id(0, "chat_file.file_id", remarks) is { } id
                    && _rows.Id(1, "chat_file.message_id", remarks) is { } messageId)
                {
                    using var meta = _rows.Json(4, "file.meta", remarks);
                    var facts = meta?.RootElement;
                    files.Add(new FileItem
                    {
                        Id = id,
                        Line = line,
                        MessageId = messageId,
                        Name = _rows.Storable(3, remarks) ?? facts.Member("name").Text(remarks),
                        MediaType = facts.Member("content_type").Text(remarks),
                        Bytes = facts.Member("size").Number(),
                        UploadedAtUtc = _rows.Time(2, "chat_file.created_at", times, remarks),
                    });
                }
            }
        }
        finally
        {
            _rows.Reset();
        }

        return files;
    }

    public void Dispose() => _rows.Dispose();
}
