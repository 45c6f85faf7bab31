using System.Text.Json;
using System.Text.Unicode;
using UsageAdmin.Organizations;

namespace UsageAdmin.Usage.Api;

/// <summary>
/// What the body of a request asks for. Unknown fields are passed over, so that scripts for later or other servers of this
/// contract work; a field that stands twice is refused, because readers of JSON disagree on which one counts.
/// </summary>
internal sealed record UsageApiBody(WallClock From, WallClock To, bool IncludesInactive, bool IsExtended)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Of arrays and objects in each other.</summary>
    public const int MaxDepth = 64;

    private const string NotText = "The body must be JSON in UTF-8.";

    /// <returns>Null: it cannot be read, and <paramref name="error"/> says all that is wrong.</returns>
    public static UsageApiBody? Parse(ReadOnlyMemory<byte> utf8, out UsageApiError? error)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            error = UsageApiError.Invalid(NotText);
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Read(json.RootElement, out error);
        }
        catch (JsonException) when (IsTooDeep(utf8.Span))
        {
            error = UsageApiError.Invalid("The body is nested too deeply.");
        }
        catch (JsonException e)
        {
            error = UsageApiError.Invalid(utf8.Span.Trim(" \t\r\n"u8).IsEmpty
                ? "The body is empty; a JSON object with from and to is needed."
                : FormattableString.Invariant(
                    $"The body is no valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."));
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair, which JSON can write and Unicode does not have.
            error = UsageApiError.Invalid(NotText);
        }

        return null;
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxBytes });
        try
        {
            while (json.Read())
            {
                if (json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && json.CurrentDepth >= MaxDepth)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Before it got too deep.
        }

        return false;
    }

    private static UsageApiBody? Read(JsonElement body, out UsageApiError? error)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            error = UsageApiError.Invalid("The body must be a JSON object.");
            return null;
        }

        var problems = new List<string>();
        var fields = Fields(body, "The body", "", problems, "from", "to", "group_by", "includeInactive", "layout");
        var from = Time(fields, "from", problems);
        var to = Time(fields, "to", problems);
        var inactive = Boolean(fields, "includeInactive", problems);
        var isExtended = Layout(fields, problems);
        if (problems.Count > 0)
        {
            error = UsageApiError.Invalid(string.Join(' ', problems));
            return null;
        }

        if (fields.ContainsKey("group_by"))
        {
            error = new UsageApiError(
                StatusCodes.Status400BadRequest, "Unsupported group_by",
                "group_by is not supported by any export: leave it out.");
            return null;
        }

        error = null;
        return new UsageApiBody(from!, to!, inactive ?? true, isExtended);
    }

    private static WallClock? Time(Dictionary<string, JsonElement> body, string name, List<string> problems)
    {
        if (!body.TryGetValue(name, out var value))
        {
            problems.Add($"{name} is missing: {name}.date and {name}.timezone are needed.");
            return null;
        }

        var fields = Fields(value, name, $"{name}.", problems, "date", "timezone");
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var (date, zoneId) = (Text(fields, name, "date", problems), Text(fields, name, "timezone", problems));
        var zone = zoneId is null ? null : ReportingZone.Find(zoneId);
        if (zoneId is not null && zone is null)
        {
            problems.Add($"{name}.timezone must be an IANA time zone such as Europe/Berlin or UTC.");
        }

        if (date is null)
        {
            return null;
        }

        if (WallClock.Parse(date, out var problem) is not { } parsed)
        {
            problems.Add($"{name}.date {problem}");
            return null;
        }

        return zone is null ? null : new WallClock(parsed.Local, parsed.Length, zone);
    }

    private static string? Text(Dictionary<string, JsonElement> fields, string of, string name, List<string> problems)
    {
        if (fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        problems.Add(fields.ContainsKey(name) ? $"{of}.{name} must be a string." : $"{of}.{name} is missing.");
        return null;
    }

    private static bool? Boolean(Dictionary<string, JsonElement> fields, string name, List<string> problems)
    {
        if (!fields.TryGetValue(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        problems.Add($"{name} must be true or false.");
        return null;
    }

    private static bool Layout(Dictionary<string, JsonElement> fields, List<string> problems)
    {
        var name = fields.TryGetValue("layout", out var value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : ""
            : "standard";
        if (name is not ("standard" or "extended"))
        {
            problems.Add("layout must be standard or extended.");
        }

        return name == "extended";
    }

    /// <summary>The object's known fields that are not null.</summary>
    private static Dictionary<string, JsonElement> Fields(
        JsonElement json, string what, string path, List<string> problems, params string[] known)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"{what} must be a JSON object.");
            return fields;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject().Where(p => known.Contains(p.Name)))
        {
            if (!seen.Add(property.Name))
            {
                problems.Add($"{path}{property.Name} stands twice.");
            }
            else if (property.Value.ValueKind != JsonValueKind.Null)
            {
                fields.Add(property.Name, property.Value);
            }
        }

        return fields;
    }
}
