using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using UsageAdmin.Exports;

namespace UsageAdmin.Server.OpenApi;

/// <summary>
/// The description of all that programs may call, as OpenAPI 3.1. Written by hand, because the handlers write their answers
/// themselves; tests hold it against live answers and against the routes that there are.
/// </summary>
internal static class ApiDocument
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Usage exports", "One row per user, assistant, workflow, project or model."),
        ("Activity", "Conversations with their messages."),
        ("Org Analytics", "Monthly tables of the whole organisation."),
        ("Ingest", "Data in: records of any platform."),
        ("History", "Exports that were made: their state, and their files until they expire."),
        ("Server", "Whether it runs, and this document."),
    ];

    /// <param name="server">Where it is reached, without a slash at the end.</param>
    public static JsonObject Of(string server)
    {
        var paths = new JsonObject();
        foreach (var operation in ApiOperations.All())
        {
            paths[operation.Path] = new JsonObject { [operation.Method] = operation.ToJson() };
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "UsageAdmin",
                ["version"] = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
                ["summary"] = "Usage data of an organisation's AI assistants, as files.",
                ["description"] =
                    "Exports and intake for programs. Most routes take an API key of a workspace as a bearer token. The usage-export API answers " +
                    "errors as a flat object, `{error, message}`; all other routes answer problem details (RFC 9457). Pages of other " +
                    "sites cannot call it: there are no CORS headers. The document describes what API keys and links can do, and the plain " +
                    "downloads that browsers may call as well; the forms of the pages are no part of it.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = server }),
            ["tags"] = new JsonArray([.. Tags.Select(tag =>
                new JsonObject { ["name"] = tag.Name, ["description"] = tag.Description })]),
            ["paths"] = paths,
            ["components"] = JsonNode.Parse(ApiSchemas.Json),
        };
    }

    public static IResult Answer(HttpRequest request, PublicAddress address) =>
        Results.Text(Of(address.Of(request)).ToJsonString(Readable), "application/json; charset=utf-8");
}
