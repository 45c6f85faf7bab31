using System.Text.Json;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// The collection <c>files</c>: names, types and sizes of what messages mostly name by id alone. It does not say to which
/// message a file belongs.
/// </summary>
internal sealed class KnownFiles(int max)
{
    private readonly Dictionary<string, (string? Name, string? MediaType, long? Bytes)> _files = new(StringComparer.Ordinal);

    /// <summary>For exports that have no such collection.</summary>
    public static KnownFiles None { get; } = new(0);

    public bool IsEmpty => _files.Count == 0;

    public static long? Size(JsonElement? bytes) =>
        bytes.Amount() is >= 0 and <= long.MaxValue and var size ? (long)size : null;

    public void Add(JsonElement file, Remarks remarks)
    {
        if (_files.Count == max)
        {
            remarks.Add("too-many-files", "files", $"names of more than {max} files are not kept");
        }
        else if (file.Member("file_id").Key("file_id", remarks) is { } id)
        {
            _files[id] = (file.Member("filename").Text(remarks), file.Member("type").Text(remarks), Size(file.Member("bytes")));
        }
    }

    /// <summary>The file with what its message does not say.</summary>
    public FileItem Complete(FileItem file) => _files.TryGetValue(file.Id, out var known)
        ? file with
        {
            Name = file.Name.Value ?? known.Name ?? file.Name,
            MediaType = file.MediaType.Value ?? known.MediaType ?? file.MediaType,
            Bytes = file.Bytes.Value ?? known.Bytes ?? file.Bytes,
        }
        : file;
}
