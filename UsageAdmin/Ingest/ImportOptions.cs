using System.Text.Json;
using System.Text.Json.Serialization;

namespace UsageAdmin.Ingest;

/// <summary>How an import was asked for, as it stands in its row, so that it can go on or be repeated.</summary>
public sealed record ImportOptions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    public string? SourceName { get; init; }

    public string? DefaultUserEmail { get; init; }

    public ImportedContent Content { get; init; }

    public ImportedPeople People { get; init; }

    public string? Group { get; init; }

    /// <summary>The file's length, by which it is known again; null: it was no file.</summary>
    public long? Bytes { get; init; }

    public static ImportOptions Of(ImportRequest request) => new()
    {
        SourceName = request.SourceName,
        DefaultUserEmail = request.DefaultUserEmail,
        Content = request.Content,
        People = request.People,
        Group = request.Group,
        Bytes = new FileInfo(request.Path) is { Exists: true } file ? file.Length : null,
    };

    public static ImportOptions Parse(string json) => JsonSerializer.Deserialize<ImportOptions>(json, Json)!;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The request that has these options.</summary>
    public ImportRequest ToRequest(string path, string format, string workspacePublicId, long? accountId) =>
        new(path, format, workspacePublicId)
        {
            SourceName = SourceName,
            DefaultUserEmail = DefaultUserEmail,
            Content = Content,
            People = People,
            Group = Group,
            AccountId = accountId,
        };
}
