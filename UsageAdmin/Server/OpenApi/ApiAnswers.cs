using System.Globalization;
using System.Text.Json.Nodes;

namespace UsageAdmin.Server.OpenApi;

/// <summary>The answers of the document's operations. Errors of the usage-export API are flat, all others problem details.</summary>
internal static class ApiAnswers
{
    private static readonly string[] FileHeaders = ["ExportId", "ETag", "ReprDigest", "ContentDisposition"];

    private static readonly string[] FileTypes =
        ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "application/json"];

    private static readonly string[] LimitHeaders = ["RateLimitPolicy", "RateLimit"];

    private static readonly ApiRefusal[] SignIn =
    [
        new("401", "No sign-in, or a key that is wrong, revoked or expired.", "invalid-key", "sign-in-required"),
        new("403", "No right or scope, exports are off, or a page of another site asks with a cookie.", "forbidden", "feature-disabled", "cross-site"),
        new("404", "There is no such thing, or it belongs to somebody else.", "not-found"),
    ];

    /// <summary>Of a usage export: the answer and every row of the table of errors.</summary>
    public static JsonObject UsageExport(string schema) => new()
    {
        ["200"] = Answer(schema == "UsageExport" ? "The export is made; its file is behind the link." : "The rows.", [.. LimitHeaders, "ExportId"],
            Content("application/json", schema)),
        ["400"] = UsageError("The body, the period or the size is wrong. Nothing was made.", LimitHeaders,
            ("Invalid request", "from.date must not carry an offset (+01:00): write the time as clocks show it in the time zone beside it."),
            ("Unsupported group_by", "group_by is not supported by any export: leave it out."),
            ("Invalid date range", "from must not be before 2025-01-31: exports reach back 12 months."),
            ("Export too large", "Export too large: 1500000 rows exceeds limit of 1000000. Please narrow the date range.")),
        ["401"] = UsageError("No, wrong, revoked or expired key.", ["WwwAuthenticate"], ("Unauthorized", "Invalid or missing API key")),
        ["403"] = UsageError("The key lacks the scope, or the organisation has no exports.", LimitHeaders,
            ("Forbidden", "The API key does not have the scope USAGE_EXPORT_API.")),
        ["404"] = UsageError("The period holds no usage, or the workspace has no workflows.", LimitHeaders,
            ("No data found", "No usage data found for the selected period")),
        ["405"] = UsageError("Another method than POST.", ["Allow"], ("Method not allowed", "Exports are made by POST")),
        ["413"] = UsageError("The body is over 64 KB.", LimitHeaders,
            ("Request too large", "The body may have at most 65536 bytes")),
        ["415"] = UsageError("The body is no JSON by its header.", LimitHeaders,
            ("Unsupported media type", "Send the body as application/json in UTF-8, without Content-Encoding")),
        ["429"] = UsageError("Too many requests of the workspace, too many exports at once, or too many wrong keys.", ["RetryAfter"],
            ("Too many requests", "This workspace may send 500 requests in 60 seconds. Try again in 12 seconds.")),
        ["500"] = UsageError("The export failed; there is no file.", LimitHeaders,
            ("Export failed", "The export could not be made. The server's log says why, under TRACE.")),
        ["503"] = UsageError("The database is busy.", ["RetryAfter"],
            ("Export failed", "The database is busy. Try again in a few seconds.")),
        ["507"] = UsageError("The server's disk is full.", LimitHeaders,
            ("Export failed", "The server has no room left on its disk.")),
    };

    public static JsonObject Ingest()
    {
        var answers = new JsonObject
        {
            ["200"] = Answer("It was read to its end.", LimitHeaders, Content("application/json", "IngestAnswer")),
        };
        foreach (var refusal in (ApiRefusal[])
        [
            new("400", "The first line is no header, or `source` is wrong. Nothing was taken.", "invalid-header", "invalid-request"),
            new("401", "No, wrong, revoked or expired key.", "invalid-key"),
            new("403", "The key lacks the scope.", "forbidden"),
            new("405", "Another method than POST.", "method-not-allowed"),
            new("413", "The body has too many bytes. Of one whose length was not known before, `report` says what was taken.", "too-large"),
            new("415", "The body is no NDJSON by its header, or encoded in another way.", "unsupported-media-type"),
            new("422", "The body is cut off or its compression is damaged. `report` says what was taken.", "unreadable-body"),
            new("429", "Too many requests of the workspace, or too many wrong keys.", "too-many-requests", "too-many-failures"),
            new("500", "It failed; what was committed before stays.", "server-error"),
            new("503", "Too much is being taken in.", "busy"),
            new("507", "The server's disk is full.", "insufficient-storage"),
        ])
        {
            answers[refusal.Status] = Problem(refusal, refusal.Status switch
            {
                "401" => ["WwwAuthenticate"],
                "405" => ["Allow"],
                "429" or "503" => ["RetryAfter"],
                _ => [],
            });
        }

        return answers;
    }

    public static JsonObject Telemetry()
    {
        var answers = new JsonObject
        {
            ["200"] = Answer("It was taken; `partialSuccess` says what was not.", LimitHeaders, Otlp("OtlpAnswer")),
        };
        foreach (var (status, description, headers) in (IEnumerable<(string, string, string[])>)
        [
            ("400", "It is no OTLP in the encoding that `Content-Type` names.", []),
            ("401", "No, wrong, revoked or expired key.", ["WwwAuthenticate"]),
            ("403", "The key lacks the scope.", []),
            ("405", "Another method than POST.", ["Allow"]),
            ("413", "The body has too many bytes, as sent or inflated.", []),
            ("415", "Another media type or encoding.", []),
            ("429", "Too many requests of the workspace, or too many wrong keys.", ["RetryAfter"]),
            ("500", "It failed; nothing was taken.", []),
            ("503", "Too much is being taken in.", ["RetryAfter"]),
            ("507", "The server's disk is full.", []),
        ])
        {
            answers[status] = Answer(description, headers, Otlp("OtlpStatus"));
        }

        return answers;
    }

    private static JsonObject Otlp(string schema)
    {
        var content = Content("application/json", schema);
        content["application/x-protobuf"] = new JsonObject();
        return content;
    }

    /// <summary>Of a download that is streamed while it is made.</summary>
    public static JsonObject Stream(string schema) =>
        Refused(Answer("The file.", ["ExportId", "ContentDisposition"], Content("application/json", schema)), Making);

    /// <summary>Of a download that is a file first.</summary>
    public static JsonObject MadeFile(string type) => Refused(Answer("The file.", FileHeaders, Binary([type])), Making);

    /// <summary>Of the file of an export that was made before.</summary>
    public static JsonObject KeptFile() => Kept(
    [
        .. SignIn,
        new("409", "The export is not finished. While it is being made, `Retry-After` says when to ask again.", "export-not-finished"),
        new("410", "The file is not kept any longer, or names people while user-level data is off.", "export-expired", "export-names-people"),
        new("429", "Too many wrong keys came from this network.", "too-many-failures"),
    ]);

    public static JsonObject Linked() => Kept(
    [
        new("403", "It is no link of this server, its key has ended, or exports are off.", "link-invalid", "link-revoked", "feature-disabled"),
        new("410", "The link has expired, the file is not kept any longer, or it names people while user-level data is off.",
            "link-expired", "export-expired", "export-names-people"),
    ]);

    public static JsonObject State() => Refused(
        Answer("The state.", [], Content("application/json", "ExportState")),
        [.. SignIn, new("429", "Too many wrong keys came from this network.", "too-many-failures")]);

    /// <param name="unavailable">When it answers 503; null: it never does.</param>
    public static JsonObject Text(string ok, string? unavailable)
    {
        var answers = new JsonObject { ["200"] = Answer(ok, [], PlainText()) };
        if (unavailable is not null)
        {
            answers["503"] = Answer(unavailable, [], PlainText());
        }

        return answers;
    }

    public static JsonObject Document() => new()
    {
        ["200"] = Answer("The document.", [], new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } },
        }),
    };

    private static ApiRefusal[] Making =>
    [
        new("400", "A field is missing or wrong; `errors` names it.", "invalid-request"),
        .. SignIn,
        new("429", "Too many downloads run, or too many wrong keys came from this network.", "too-many-exports", "too-many-failures"),
        new("500", "It failed. What was streamed until then is not whole.", "server-error"),
        new("507", "The server's disk is full.", "insufficient-storage"),
    ];

    private static JsonObject Kept(ApiRefusal[] refusals)
    {
        var answers = Refused(Answer("The file.", FileHeaders, Binary(FileTypes)), []);
        answers["206"] = Answer("The part that `Range` asks for.", FileHeaders, Binary(FileTypes));
        answers["304"] = Answer("It is the one that `If-None-Match` names.", ["ETag"], null);
        foreach (var refusal in refusals)
        {
            answers[refusal.Status] = Problem(refusal);
        }

        answers["416"] = Answer("There is no such part; the body is empty.", [], Binary(FileTypes));
        return answers;
    }

    private static JsonObject Refused(JsonObject ok, IEnumerable<ApiRefusal> refusals)
    {
        var answers = new JsonObject { ["200"] = ok };
        foreach (var refusal in refusals)
        {
            answers[refusal.Status] = Problem(refusal);
        }

        return answers;
    }

    private static JsonObject UsageError(string description, string[] headers, params (string Error, string Message)[] examples)
    {
        var content = Content("application/json", "UsageError");
        content["application/json"]!["examples"] = new JsonObject(examples.Select(e => KeyValuePair.Create<string, JsonNode?>(
            e.Error.Replace(' ', '-').ToLowerInvariant(), new JsonObject { ["value"] = Error(e.Error, e.Message) })));
        return Answer(description, headers, content);
    }

    private static JsonObject Error(string error, string message)
    {
        var value = new JsonObject { ["error"] = error, ["message"] = message };
        if (error == "Export too large")
        {
            value["code"] = "USAGE_EXPORT_TOO_LARGE";
        }

        return value;
    }

    private static JsonObject Problem(ApiRefusal refusal) => Problem(refusal, refusal.Status == "429" ? ["RetryAfter"] : []);

    private static JsonObject Problem(ApiRefusal refusal, string[] headers)
    {
        var content = Content("application/problem+json", "Problem");
        content["application/problem+json"]!["examples"] = new JsonObject(refusal.Types.Select(
            type => KeyValuePair.Create<string, JsonNode?>(type, new JsonObject
            {
                ["value"] = new JsonObject
                {
                    ["type"] = type,
                    ["title"] = refusal.Description,
                    ["status"] = int.Parse(refusal.Status, CultureInfo.InvariantCulture),
                },
            })));
        return Answer(refusal.Description, headers, content);
    }

    private static JsonObject Answer(string description, string[] headers, JsonObject? content)
    {
        var answer = new JsonObject { ["description"] = description };
        if (headers.Length > 0)
        {
            answer["headers"] = new JsonObject(headers.Select(name => KeyValuePair.Create<string, JsonNode?>(
                HeaderOf(name), new JsonObject { ["$ref"] = $"#/components/headers/{name}" })));
        }

        if (content is not null)
        {
            answer["content"] = content;
        }

        return answer;
    }

    private static JsonObject Content(string type, string schema) => new()
    {
        [type] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" } },
    };

    private static JsonObject Binary(IEnumerable<string> types) => new(types.Select(
        type => KeyValuePair.Create<string, JsonNode?>(type, new JsonObject())));

    private static JsonObject PlainText() => new()
    {
        ["text/plain"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } },
    };

    private static string HeaderOf(string name) => name switch
    {
        "ExportId" => "X-Export-Id",
        "RateLimitPolicy" => "RateLimit-Policy",
        "RetryAfter" => "Retry-After",
        "WwwAuthenticate" => "WWW-Authenticate",
        "ReprDigest" => "Repr-Digest",
        "ContentDisposition" => "Content-Disposition",
        _ => name,
    };
}

/// <summary>An answer of problem details.</summary>
/// <param name="Types">The problem types that it may have.</param>
internal sealed record ApiRefusal(string Status, string Description, params string[] Types);
