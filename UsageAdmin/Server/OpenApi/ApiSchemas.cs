namespace UsageAdmin.Server.OpenApi;

/// <summary>The <c>components</c> of the document that describes the API: what goes in, what comes out, and who may ask.</summary>
internal static class ApiSchemas
{
    public const string Json =
        """
        {
          "securitySchemes": {
            "apiKey": {
              "type": "http", "scheme": "bearer", "bearerFormat": "ua_live_KEYID_SECRET",
              "description": "An API key of a workspace, made in the workspace's settings or by `UsageAdmin key create`. Scopes: `USAGE_EXPORT_API` (usage exports), `ACTIVITY_EXPORT_API` (conversations), `ORG_ANALYTICS_EXPORT_API` (monthly tables of the whole organisation), `INGEST_API` (bringing data in). Whoever holds a key can export all data of the workspace that its scopes name, also what a person could not see in the browser. Wrong keys are limited per network address: 429 with `Retry-After`."
            },
            "session": {
              "type": "apiKey", "in": "cookie", "name": "ua_session",
              "description": "The session of somebody who signed in with a browser. Requests from pages of other sites are refused. A request with an `Authorization` header is the key's, whatever cookies come with it."
            }
          },
          "headers": {
            "ExportId": { "description": "The export in the history: `GET /exports/{exportId}` tells its state.", "schema": { "type": "string" } },
            "RateLimitPolicy": { "description": "The workspace's limit: `q` requests in any `w` seconds (draft-ietf-httpapi-ratelimit-headers).", "schema": { "type": "string" }, "example": "\"requests-per-minute\";q=500;w=60" },
            "RateLimit": { "description": "What is left of it: `r` requests now, and more in `t` seconds.", "schema": { "type": "string" }, "example": "\"requests-per-minute\";r=499;t=60" },
            "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "string", "pattern": "^[0-9]+$" }, "example": "12" },
            "Allow": { "description": "The method there is.", "schema": { "type": "string", "const": "POST" } },
            "WwwAuthenticate": { "description": "How to sign in.", "schema": { "type": "string" }, "example": "Bearer realm=\"UsageAdmin\"" },
            "ETag": { "description": "The SHA-256 of the file. Send it as `If-Range` to go on with a broken download.", "schema": { "type": "string" } },
            "ReprDigest": { "description": "The SHA-256 of the whole file (RFC 9530).", "schema": { "type": "string" }, "example": "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:" },
            "ContentDisposition": { "description": "An attachment, with the name of the file.", "schema": { "type": "string" } }
          },
          "parameters": {
            "workspaceId": { "name": "workspaceId", "in": "path", "required": true, "description": "The key's workspace.", "schema": { "type": "string", "pattern": "^[a-z0-9-]{1,64}$" }, "example": "acme-main" },
            "organizationId": { "name": "organizationId", "in": "path", "required": true, "description": "The organisation of the key's workspace.", "schema": { "type": "string", "pattern": "^[a-z0-9-]{1,64}$" }, "example": "acme" },
            "exportId": { "name": "exportId", "in": "path", "required": true, "description": "As `X-Export-Id` names it.", "schema": { "type": "string", "pattern": "^[0-9a-f]{24}$" }, "example": "0a1b2c3d4e5f60718293a4b5" },
            "token": { "name": "token", "in": "path", "required": true, "description": "The last part of a `downloadUrl`.", "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{92}$" }, "example": "TOKEN" },
            "from": { "name": "from", "in": "query", "description": "The first day, in the organisation's time zone.", "schema": { "type": "string", "format": "date" }, "example": "2026-01-01" },
            "to": { "name": "to", "in": "query", "description": "The last day.", "schema": { "type": "string", "format": "date" }, "example": "2026-01-31" },
            "range": { "name": "range", "in": "query", "description": "Instead of `from` and `to`.", "schema": { "type": "string", "enum": ["today", "last-7-days", "this-week", "last-week", "this-month", "last-month"] } },
            "includeInactive": { "name": "includeInactive", "in": "query", "description": "Users: whether those without any usage have rows.", "schema": { "type": "boolean", "default": true } },
            "layout": { "name": "layout", "in": "query", "description": "`extended` adds further columns.", "schema": { "type": "string", "enum": ["standard", "extended"] } },
            "fromMonth": { "name": "from", "in": "query", "description": "The first month.", "schema": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" }, "example": "2026-01" },
            "toMonth": { "name": "to", "in": "query", "description": "The last month.", "schema": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" }, "example": "2026-03" },
            "monthRange": { "name": "range", "in": "query", "description": "Instead of `from` and `to`.", "schema": { "type": "string", "enum": ["this-month", "last-month", "last-12-months"] } },
            "workspace": { "name": "workspace", "in": "query", "description": "Only these workspaces; may be repeated.", "schema": { "type": "array", "items": { "type": "string" } } },
            "user": { "name": "user", "in": "query", "description": "Only these users; may be repeated.", "schema": { "type": "array", "items": { "type": "string" } } },
            "app": { "name": "app", "in": "query", "description": "Only these apps; may be repeated.", "schema": { "type": "array", "items": { "type": "string" } } },
            "section": { "name": "section", "in": "query", "description": "Only these sections; may be repeated.", "schema": { "type": "array", "items": { "type": "string" } } },
            "source": { "name": "source", "in": "query", "description": "The instance that the data comes from, instead of the one that the header names. What an instance sent is found again by it.", "schema": { "type": "string", "minLength": 1, "maxLength": 200 } },
            "otlpSource": { "name": "X-UsageAdmin-Source", "in": "header", "description": "The instance that the data comes from; `otlp` without it.", "schema": { "type": "string", "minLength": 1, "maxLength": 200 } },
            "auditRange": { "name": "range", "in": "query", "description": "Instead of `from` and `to`.", "schema": { "type": "string", "enum": ["today", "last-7-days", "this-week", "last-week", "this-month", "last-month", "last-12-months"] } },
            "auditAction": { "name": "action", "in": "query", "description": "Only actions that start with this and a dot.", "schema": { "type": "string", "pattern": "^[a-z-]{1,40}$" }, "example": "export" },
            "auditActor": { "name": "actor", "in": "query", "description": "Part of the name of whoever did it.", "schema": { "type": "string" } },
            "auditWorkspace": { "name": "workspace", "in": "query", "description": "Only this workspace.", "schema": { "type": "string" } },
            "auditPerson": { "name": "person", "in": "query", "description": "The user whose data it was, or to whom an export was narrowed.", "schema": { "type": "string" } },
            "flag": { "name": "flag", "in": "query", "description": "Only conversations that have a message with it.", "schema": { "type": "string", "enum": ["any", "biased", "inaccurate", "inappropriate", "moderated"] } }
          },
          "schemas": {
            "UsageExportRequest": {
              "type": "object", "required": ["from", "to"],
              "description": "The period and the shape of the file. Other fields are passed over, except `group_by`, which no export supports: it answers 400. A field that stands twice is refused. At most 64 KB.",
              "properties": {
                "from": { "$ref": "#/components/schemas/DateAndZone", "description": "The first moment. At most 12 calendar months before today." },
                "to": { "$ref": "#/components/schemas/DateAndZone", "description": "The last moment, included: `23:59:59` is the whole second, a day alone the whole day." },
                "includeInactive": { "type": ["boolean", "null"], "default": true, "description": "Users: whether those without any usage have rows. Ranks count them either way." },
                "layout": { "type": ["string", "null"], "enum": ["standard", "extended", null], "default": "standard", "description": "`extended` adds further columns behind the standard ones." }
              },
              "examples": [{ "from": { "date": "2026-01-01T00:00:00.000", "timezone": "Europe/Berlin" }, "to": { "date": "2026-01-31T23:59:59.999", "timezone": "Europe/Berlin" } }]
            },
            "DateAndZone": {
              "type": "object", "required": ["date", "timezone"],
              "properties": {
                "date": { "type": "string", "description": "ISO 8601, as clocks show it in the time zone beside it; or a day alone. A `Z` at the end is passed over, other offsets are refused. Times that clocks skip become the first instant behind the gap; of those that they show twice, `from` is the earlier and `to` the later one.", "examples": ["2026-01-01T00:00:00.000Z", "2026-01-31"] },
                "timezone": { "type": "string", "description": "An IANA time zone. `from` and `to` may differ.", "examples": ["UTC", "Europe/Berlin"] }
              }
            },
            "UsageExport": {
              "type": "object", "required": ["success", "data"], "additionalProperties": false,
              "properties": {
                "success": { "type": "boolean", "const": true },
                "data": {
                  "type": "object", "required": ["filePath", "downloadUrl", "dataType", "recordCount", "dateRange"], "additionalProperties": false,
                  "properties": {
                    "filePath": { "type": "string", "pattern": "^(users|assistants|workflows|projects|models)-usage/[a-z0-9-]{1,64}/(users|assistants|workflows|projects|models)-usage-[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9]{8}\\.csv$", "description": "Names the export. The file is called what stands behind the last slash." },
                    "downloadUrl": { "type": "string", "format": "uri", "pattern": "^https?://[^/]+/d/[A-Za-z0-9_-]{92}$", "description": "Gives the file to whoever has it, for 60 minutes unless the server is set otherwise. Ends with the key that it was made with." },
                    "dataType": { "type": "string", "enum": ["assistants", "users", "workflows", "projects", "models"] },
                    "recordCount": { "type": "integer", "minimum": 0, "description": "Rows of the file, without its header." },
                    "dateRange": { "$ref": "#/components/schemas/DateRange" }
                  }
                }
              },
              "examples": [{ "success": true, "data": { "filePath": "users-usage/acme-main/users-usage-2026-01-01-2026-01-31-k3x9ap0q.csv", "downloadUrl": "https://usage.example/d/TOKEN", "dataType": "users", "recordCount": 1250, "dateRange": { "from": "2026-01-01T00:00:00.000+01:00", "to": "2026-01-31T23:59:59.999+01:00" } } }]
            },
            "NdjsonFile": {
              "type": "string",
              "description": "One JSON object per line, UTF-8, at most 8 MiB each; the first is the header: `{\"type\":\"header\",\"format\":\"usageadmin-ndjson\",\"version\":1,\"source\":\"acme-chat\"}`. The records are described in `docs/import-ndjson.md`."
            },
            "IngestAnswer": {
              "type": "object", "required": ["import", "source", "state", "records", "refused", "warnings", "stubs", "waiting", "monthsMoved", "dataUntil"], "additionalProperties": false,
              "properties": {
                "import": { "type": "integer", "description": "The number of the import." },
                "source": { "type": "string", "description": "The instance that the data comes from." },
                "state": { "type": "string", "enum": ["finished", "failed"] },
                "records": {
                  "type": "object", "description": "By kind of record: how many are new, changed, and as they were.",
                  "additionalProperties": {
                    "type": "object", "required": ["created", "changed", "unchanged"], "additionalProperties": false,
                    "properties": { "created": { "type": "integer" }, "changed": { "type": "integer" }, "unchanged": { "type": "integer" } }
                  }
                },
                "refused": { "$ref": "#/components/schemas/IngestProblems", "description": "Records that were not taken." },
                "warnings": { "$ref": "#/components/schemas/IngestProblems", "description": "Remarks about records that were taken." },
                "stubs": { "$ref": "#/components/schemas/IngestNames", "description": "Made because records name them, without a record of their own as yet." },
                "waiting": { "$ref": "#/components/schemas/IngestNames", "description": "Records of this source that wait for a conversation or message, also from earlier times." },
                "monthsMoved": { "type": "array", "items": { "type": "string" }, "description": "Months, in the organisation's time zone, whose figures moved." },
                "dataUntil": { "type": ["string", "null"], "format": "date-time", "description": "How far the source's data reaches." }
              },
              "examples": [{ "import": 17, "source": "acme-chat", "state": "finished", "records": { "conversations": { "created": 1, "changed": 0, "unchanged": 0 }, "messages": { "created": 2, "changed": 0, "unchanged": 0 } }, "refused": { "count": 1, "first": [{ "line": 4, "code": "missing-field", "field": "source", "reason": "Message m3 is new and states no source." }] }, "warnings": { "count": 0, "first": [] }, "stubs": { "count": 1, "first": ["user u1"] }, "waiting": { "count": 0, "first": [] }, "monthsMoved": ["2026-01"], "dataUntil": "2026-01-05T10:00:03.000Z" }]
            },
            "IngestProblems": {
              "type": "object", "required": ["count", "first"], "additionalProperties": false,
              "properties": {
                "count": { "type": "integer" },
                "first": {
                  "type": "array", "description": "The first 1,000.",
                  "items": {
                    "type": "object", "required": ["line", "code", "field", "reason"], "additionalProperties": false,
                    "properties": { "line": { "type": "integer" }, "code": { "type": "string" }, "field": { "type": ["string", "null"] }, "reason": { "type": "string" } }
                  }
                }
              }
            },
            "IngestNames": {
              "type": "object", "required": ["count", "first"], "additionalProperties": false,
              "properties": {
                "count": { "type": "integer" },
                "first": { "type": "array", "items": { "type": "string" }, "description": "The first 1,000." }
              }
            },
            "OtlpRequest": {
              "type": "object",
              "description": "An `ExportTraceServiceRequest`, `ExportLogsServiceRequest` or `ExportMetricsServiceRequest` of OTLP; as `application/x-protobuf` too."
            },
            "OtlpAnswer": {
              "type": "object", "required": ["partialSuccess"], "additionalProperties": false,
              "properties": {
                "partialSuccess": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "rejectedSpans": { "type": "string", "pattern": "^[0-9]+$" },
                    "rejectedLogRecords": { "type": "string", "pattern": "^[0-9]+$" },
                    "rejectedDataPoints": { "type": "string", "pattern": "^[0-9]+$" },
                    "errorMessage": { "type": "string", "description": "Why the first of them was rejected." }
                  }
                }
              }
            },
            "OtlpStatus": {
              "type": "object", "required": ["code", "message"], "additionalProperties": false, "description": "`google.rpc.Status`.",
              "properties": { "code": { "type": "integer" }, "message": { "type": "string" } }
            },
            "UsageRows": {
              "type": "object", "required": ["success", "data"], "additionalProperties": false,
              "properties": {
                "success": { "type": "boolean", "const": true },
                "data": {
                  "type": "object", "required": ["dataType", "recordCount", "dateRange", "rows"], "additionalProperties": false,
                  "properties": {
                    "dataType": { "type": "string", "enum": ["assistants", "users", "workflows", "projects", "models"] },
                    "recordCount": { "type": "integer", "minimum": 0, "description": "Rows." },
                    "dateRange": { "$ref": "#/components/schemas/DateRange" },
                    "rows": {
                      "type": "array", "description": "As in the CSV: its columns are the fields, in the same order.",
                      "items": {
                        "type": "object", "required": ["period_start", "period_end", "org_id"],
                        "properties": {
                          "period_start": { "type": "string", "format": "date" },
                          "period_end": { "type": "string", "format": "date" },
                          "org_id": { "type": "string", "description": "The workspace." }
                        },
                        "additionalProperties": { "type": ["string", "number", "boolean", "object", "array", "null"], "description": "Numbers are numbers, maps are objects, blanks are null." }
                      }
                    }
                  }
                }
              }
            },
            "DateRange": {
              "type": "object", "required": ["from", "to"], "additionalProperties": false,
              "description": "What was counted, with the offsets of the time zones asked for. `to` is now where the period's end is still to come.",
              "properties": {
                "from": { "type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}$" },
                "to": { "type": "string", "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}$" }
              }
            },
            "UsageError": {
              "type": "object", "required": ["error", "message"], "additionalProperties": false,
              "properties": {
                "error": { "type": "string", "description": "The kind of error." },
                "message": { "type": "string", "description": "What is wrong and what would be right." },
                "code": { "type": "string", "const": "USAGE_EXPORT_TOO_LARGE", "description": "Only with `Export too large`." }
              }
            },
            "Problem": {
              "type": "object", "required": ["type", "title", "status"],
              "description": "RFC 9457.",
              "properties": {
                "type": { "type": "string" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "traceId": { "type": "string", "description": "Under it the server's log has more." },
                "report": { "$ref": "#/components/schemas/IngestAnswer", "description": "Of data that was taken in until it broke off." },
                "errors": { "type": "object", "description": "By field: what is wrong and what would be right.", "additionalProperties": { "type": "array", "items": { "type": "string" } } }
              }
            },
            "ExportState": {
              "type": "object", "required": ["id", "kind", "format", "origin", "state", "createdAt", "startedAt", "finishedAt", "expiresAt", "rows", "bytes", "sha256", "fileName", "parameters", "totals", "failure", "doneRows", "expectedRows", "fileUrl"],
              "description": "Times are UTC, in milliseconds.",
              "properties": {
                "id": { "type": "string" },
                "kind": { "type": "string", "examples": ["users", "activity", "org-analytics"] },
                "format": { "type": "string", "enum": ["csv", "xlsx", "json", "zip"] },
                "origin": { "type": "string", "enum": ["browser", "api", "command", "schedule", "background"] },
                "state": { "type": "string", "enum": ["queued", "running", "finished", "failed", "cancelled", "interrupted"] },
                "createdAt": { "type": "string", "format": "date-time" },
                "startedAt": { "type": ["string", "null"], "format": "date-time" },
                "finishedAt": { "type": ["string", "null"], "format": "date-time" },
                "expiresAt": { "type": ["string", "null"], "format": "date-time", "description": "When the file is deleted." },
                "rows": { "type": ["integer", "null"] },
                "bytes": { "type": ["integer", "null"] },
                "sha256": { "type": ["string", "null"], "pattern": "^[0-9a-f]{64}$", "description": "Of the file; null for what was streamed." },
                "fileName": { "type": ["string", "null"] },
                "parameters": { "type": "object", "description": "Range, filters and privacy mode." },
                "totals": { "type": ["object", "null"], "description": "Control totals." },
                "failure": { "type": ["string", "null"] },
                "doneRows": { "type": ["integer", "null"], "description": "Of one in the background that is running: rows so far." },
                "expectedRows": { "type": ["integer", "null"], "description": "Rows that it will have, where that is known." },
                "fileUrl": { "type": ["string", "null"], "description": "Where the file is, below this server; null: there is none, or none any more." }
              }
            },
            "ActivityFile": {
              "type": "object", "required": ["workspaceId", "startDate", "endDate", "selectedApps", "selectedUsers", "exportedAt", "conversations", "filters"],
              "properties": {
                "workspaceId": { "type": "string" },
                "startDate": { "type": "string", "format": "date" },
                "endDate": { "type": "string", "format": "date" },
                "selectedApps": { "type": "array", "items": { "type": "object" }, "description": "Empty: all." },
                "selectedUsers": { "type": "array", "items": { "type": "object" }, "description": "Empty: all." },
                "exportedAt": { "type": "string", "format": "date-time" },
                "conversations": { "type": "array", "items": { "$ref": "#/components/schemas/Conversation" } },
                "filters": { "type": "object" }
              }
            },
            "Conversation": {
              "type": "object", "required": ["appId", "appName", "conversationId", "modelName", "temperature", "userId", "createdAt", "endedAt", "conversationMetric", "messages"],
              "properties": {
                "appId": { "type": ["string", "null"] },
                "appName": { "type": ["string", "null"] },
                "conversationId": { "type": "string" },
                "modelName": { "type": ["string", "null"] },
                "temperature": { "type": ["number", "null"] },
                "userId": { "type": "string", "description": "A pseudonym, `u_…`, where user-level data is off." },
                "userEmail": { "type": ["string", "null"], "description": "Absent where user-level data is off." },
                "createdAt": { "type": "string", "format": "date-time" },
                "endedAt": { "type": ["string", "null"], "format": "date-time" },
                "conversationMetric": {
                  "type": "object", "required": ["userMessageCount", "messageCount", "flaggedMessageCount", "moderatedMessageCount"],
                  "properties": {
                    "userMessageCount": { "type": "integer" }, "messageCount": { "type": "integer" },
                    "flaggedMessageCount": { "type": "integer" }, "moderatedMessageCount": { "type": "integer" }
                  }
                },
                "messages": { "type": "array", "items": { "$ref": "#/components/schemas/Message" } }
              }
            },
            "Message": {
              "type": "object", "required": ["timestamp", "source", "messageFeedback", "messageFile"],
              "properties": {
                "content": { "type": ["string", "null"], "description": "Absent where user-level data is off." },
                "timestamp": { "type": "string", "format": "date-time" },
                "source": { "type": "string", "enum": ["user", "provider", "user-start"] },
                "messageFeedback": { "type": "object" },
                "messageFile": { "type": ["object", "null"] },
                "messageFiles": { "type": "array", "items": { "type": "object" }, "description": "Where there are several." },
                "onActivePath": { "type": "boolean", "const": false, "description": "On messages of earlier versions." }
              }
            }
          }
        }
        """;
}
