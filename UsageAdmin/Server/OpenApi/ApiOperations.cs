using System.Text.Json.Nodes;
using UsageAdmin.Audit;
using UsageAdmin.Exports;
using UsageAdmin.Ingest.Api;
using UsageAdmin.Ingest.Otlp;
using UsageAdmin.Usage;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Server.OpenApi;

/// <summary>What programs may call, in the order in which it is described.</summary>
internal static class ApiOperations
{
    private const string UsageTag = "Usage exports";

    /// <summary>Other names of data types in the API's paths.</summary>
    private static readonly (string Name, UsageDataType Type)[] Aliases = [("agents", UsageDataType.Assistants)];

    private static readonly string[] Formats = ["", "/csv", "/json"];

    private static readonly string[] Months = ["organizationId", "fromMonth", "toMonth", "monthRange", "workspace"];

    private static readonly string[] UsageDays = ["workspaceId", "from", "to", "range", "includeInactive", "layout"];

    private static readonly string[] AuditFields =
        ["organizationId", "from", "to", "auditRange", "auditAction", "auditActor", "auditWorkspace", "auditPerson"];

    private static readonly string[] AnyScope = ["USAGE_EXPORT_API", "ACTIVITY_EXPORT_API", "ORG_ANALYTICS_EXPORT_API"];

    private static readonly string[] Days = ["workspaceId", "from", "to", "range", "user", "app", "section", "flag"];

    public static IEnumerable<ApiOperation> All() =>
    [
        .. UsageApiEndpoints.Prefixes.SelectMany(UsageExports),
        new("get", "/d/{token}", "downloadByLink", UsageTag, "The file behind a download link",
            "Whoever has the link gets the file, without sign-in, until it expires: 60 minutes unless the server is set otherwise. " +
            "It ends with its file, with the key that it was made with, when exports or user-level data are switched off. " +
            "Every use is in the audit log. `Range` and `If-Range` go on with a broken download; HEAD gives the headers alone.",
            [], ["token"], ApiAnswers.Linked()),
        .. from type in UsageDataTypes.All from format in UsageExport.Formats select Download(type, format),
        new("get", "/w/{workspaceId}/activity/export.json", "exportActivity", "Activity", "Conversations of up to 31 days",
            "Conversations that started in the range, whole, as one JSON file that is streamed while it is made. A file that does " +
            "not end in `}` is not whole: the server breaks the connection when it fails half-way. Give `range`, or `from` and " +
            "`to`. Where user-level data is off, contents and names are absent and people are `u_…`.",
            ["ACTIVITY_EXPORT_API"], Days, ApiAnswers.Stream("ActivityFile"), TakesSession: true),
        Analytics("zip", "application/zip", "Monthly tables as four CSVs",
            "A ZIP of `user-analytics.csv`, `app-analytics.csv`, `category-analytics.csv` and `general-analytics.csv`."),
        Analytics("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Monthly tables as a workbook",
            "The four tables as sheets."),
        new("post", IngestApiModule.NdjsonPath, "ingest", "Ingest", "Records as NDJSON",
            "Takes records of UsageAdmin NDJSON v1, one per line, into the key's workspace, while they come: memory does not grow with the body. " +
            "`Content-Encoding: gzip` is taken. A line that cannot be taken is refused by its number, and the rest goes in, so 200 " +
            "does not say that all did: look at `refused`. Sending the same again changes nothing, so after a broken connection, a " +
            "429, 503 or 5xx it is right to send it again.",
            ["INGEST_API"], ["source"], ApiAnswers.Ingest(), "NdjsonFile", BodyType: "application/x-ndjson"),
        Telemetry(OtlpEndpoints.Traces, "sendTraces", "Spans over OTLP",
            "Spans of GenAI operations become conversations, or requests where no content is recorded; others are passed over."),
        Telemetry(OtlpEndpoints.Logs, "sendLogs", "Log events over OTLP",
            "Events `gen_ai.client.inference.operation.details` and `gen_ai.evaluation.result`; others are passed over."),
        Telemetry(OtlpEndpoints.Metrics, "sendMetrics", "Metrics over OTLP", "Metrics are passed over: spans say the same."),
        new("get", "/exports/{exportId}", "getExport", "History", "The state of an export",
            "Whoever may make an export of its kind may see it: with a key, those of its workspace that its scopes name.",
            AnyScope, ["exportId"], ApiAnswers.State(), TakesSession: true),
        new("get", "/exports/{exportId}/file", "getExportFile", "History", "The file of an export again",
            "Until it expires: 7 days unless the server is set otherwise. `Range` and `If-Range` go on with a broken download; " +
            "HEAD gives the headers alone.",
            AnyScope, ["exportId"], ApiAnswers.KeptFile(), TakesSession: true),
        .. from format in AuditExport.Formats select Audit(format),
        new("get", "/healthz", "isAlive", "Server", "Whether the process lives", "For orchestrators.", [], [],
            ApiAnswers.Text("It lives.", null)),
        new("get", "/readyz", "isReady", "Server", "Whether the server is ready",
            "Not before migration and demo data are done, and not while it stops.", [], [],
            ApiAnswers.Text("It is ready.", "It is not ready.")),
        new("get", "/openapi/v1.json", "getDescription", "Server", "This document", "OpenAPI 3.1.", [], [], ApiAnswers.Document()),
    ];

    private static IEnumerable<ApiOperation> UsageExports(string prefix) =>
        from name in UsageDataTypes.All.Select(type => (Name: UsageDataTypes.NameOf(type), Type: type)).Concat(Aliases)
        from format in Formats
        select ApiExport(prefix, name.Name, name.Type, format);

    private static ApiOperation ApiExport(string prefix, string name, UsageDataType type, string format)
    {
        var isShort = prefix == UsageApiEndpoints.Prefixes[0];
        var rows = RowsOf(type);
        var asRows = format == "/json";
        var description =
            (asRows
                ? $"{rows}: the rows themselves, as JSON that is streamed. A body that does not end in `}}}}` is not whole."
                : $"Makes a CSV with {rows.ToLowerInvariant()} and answers with a link to it.") +
            (name == UsageDataTypes.NameOf(type) ? "" : $" The same as `{UsageDataTypes.NameOf(type)}`.") +
            (format == "/csv" ? " The same as without `/csv`." : "") + (isShort ? "" : " The same as without `/api/public`.");
        return new ApiOperation(
            "post", $"{prefix}/{name}{format}", $"export{Capital(name)}{Capital(format.TrimStart('/'))}{(isShort ? "" : "Public")}",
            UsageTag, $"{rows} as {(asRows ? "JSON" : "a CSV")}", description, ["USAGE_EXPORT_API"], [],
            ApiAnswers.UsageExport(asRows ? "UsageRows" : "UsageExport"), "UsageExportRequest");
    }

    /// <summary>The browser's way to the same files. Programs come by POST, with a key.</summary>
    private static ApiOperation Download(UsageDataType type, string format) => new(
        "get", $"/w/{{workspaceId}}/usage/export/{UsageDataTypes.NameOf(type)}.{format}",
        $"download{Capital(UsageDataTypes.NameOf(type))}{Capital(format)}", UsageTag,
        $"{RowsOf(type)}, in the browser",
        "For people who signed in with a browser and manage the workspace; a key is refused. Give `range`, or `from` and `to`.",
        [], UsageDays, ApiAnswers.MadeFile(ContentTypes.Of(format).Split(';')[0]), TakesSession: true);

    private static ApiOperation Analytics(string format, string type, string summary, string description) => new(
        "get", $"/o/{{organizationId}}/analytics/export.{format}", $"exportOrgAnalytics{Capital(format)}", "Org Analytics", summary,
        $"{description} Give `range`, or `from` and `to`.", ["ORG_ANALYTICS_EXPORT_API"], Months,
        ApiAnswers.MadeFile(type), TakesSession: true);

    private static ApiOperation Audit(string format) => new(
        "get", $"/o/{{organizationId}}/audit/export.{format}", $"exportAudit{Capital(format)}", "History", "The audit log",
        "For people who signed in with a browser and may see it; a key is refused. Entries that match all that is given, oldest " +
        "first, with their hashes. Without a range, all of them. Where user-level data is off, people are `u_…`.",
        [], AuditFields, ApiAnswers.MadeFile(ContentTypes.Of(format).Split(';')[0]), TakesSession: true);

    private static ApiOperation Telemetry(string path, string id, string summary, string description) => new(
        "post", path, id, "Ingest", summary,
        $"{description} OTLP/HTTP 1.x, as JSON or `application/x-protobuf`, plain or gzipped; the answer, errors too, is in the encoding of the " +
        "request. A request is taken as a whole or not at all, and sending it again changes nothing. `docs/intake-otlp.md` says what becomes of what.",
        ["INGEST_API"], ["otlpSource"], ApiAnswers.Telemetry(), "OtlpRequest");

    private static string RowsOf(UsageDataType type) => type switch
    {
        UsageDataType.Users => "One row per user",
        UsageDataType.Assistants => "One row per assistant",
        UsageDataType.Workflows => "One row per workflow",
        UsageDataType.Projects => "One row per project",
        _ => "One row per model, provider and kind of key",
    };

    private static string Capital(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];
}

/// <param name="Scopes">One of them lets a key in; empty: anybody may ask.</param>
/// <param name="Parameters">Names of components.</param>
/// <param name="Body">The schema of the body; null: there is none.</param>
/// <param name="BodyType">Its media type.</param>
/// <param name="TakesSession">Whether somebody who signed in with a browser may call it too.</param>
internal sealed record ApiOperation(
    string Method, string Path, string Id, string Tag, string Summary, string Description, string[] Scopes,
    string[] Parameters, JsonObject Answers, string? Body = null, bool TakesSession = false, string BodyType = "application/json")
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["operationId"] = Id,
            ["tags"] = new JsonArray(Tag),
            ["summary"] = Summary,
            ["description"] = Description,
            ["security"] = new JsonArray([.. Securities()]),
        };
        if (Parameters.Length > 0)
        {
            json["parameters"] = new JsonArray([.. Parameters.Select(name =>
                new JsonObject { ["$ref"] = $"#/components/parameters/{name}" })]);
        }

        if (Body is not null)
        {
            json["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject
                {
                    [BodyType] = new JsonObject
                    {
                        ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{Body}" },
                    },
                },
            };
        }

        json["responses"] = Answers;
        return json;
    }

    private IEnumerable<JsonNode> Securities()
    {
        foreach (var scope in Scopes)
        {
            yield return new JsonObject { ["apiKey"] = new JsonArray(scope) };
        }

        if (TakesSession)
        {
            yield return new JsonObject { ["session"] = new JsonArray() };
        }
    }
}
