using System.Text.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>How JSON of Open WebUI is parsed, whether it comes from a file or a column.</summary>
internal static class OpenWebUiJson
{
    public static readonly JsonDocumentOptions Documents = new() { MaxDepth = 256 };

    /// <summary>
    /// Whether it is what parsing and reading damaged JSON throws: also <see cref="InvalidOperationException"/>, where the name
    /// of a property holds half a character.
    /// </summary>
    public static bool IsDamage(Exception e) => e is JsonException or InvalidOperationException;
}
