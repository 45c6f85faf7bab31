namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>What Open WebUI's own tools are called in actions; tools that somebody added keep their name.</summary>
internal static class ActionNames
{
    /// <summary>Null: a step of another action.</summary>
    public static string? Of(string name) => name switch
    {
        "queries_generated" or "sources_retrieved" => null,
        "knowledge_search" or "file_search" => "document_search",
        "code_interpreter" or "open_webui:code_interpreter" => "data_analyst",
        "image_generate" or "image_edit" => "image_generation",
        _ when name.StartsWith("web_search", StringComparison.Ordinal) => "web_search",
        _ => name,
    };
}
