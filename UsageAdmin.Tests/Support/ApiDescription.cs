using System.Text.Json;

namespace UsageAdmin.Tests.Support;

/// <summary>The OpenAPI document of a running server, held against its answers.</summary>
internal sealed class ApiDescription
{
    private readonly JsonElement _document;
    private readonly JsonSchema _schemas;

    private ApiDescription(JsonElement document) => (_document, _schemas) = (document, new JsonSchema(document));

    public JsonElement Document => _document;

    public static async Task<ApiDescription> LoadAsync(UsageAdminApp app)
    {
        using var client = app.NewClient();
        return new(JsonDocument.Parse(await client.GetStringAsync(
            new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken)).RootElement);
    }

    /// <summary>Fails unless path, method, status, headers, media type and body are described as they are.</summary>
    public async Task AssertDescribesAsync(HttpResponseMessage answer)
    {
        var request = answer.RequestMessage!;
        var what = $"{request.Method} {request.RequestUri!.AbsolutePath} {(int)answer.StatusCode}";
        var method = request.Method == HttpMethod.Head ? "get" : $"{request.Method}".ToLowerInvariant();
        var operation = Operations().SingleOrDefault(o => o.Method == method && Matches(o.Path, request.RequestUri.AbsolutePath)).Operation;
        Assert.True(operation.ValueKind == JsonValueKind.Object, $"{what} is not described");
        Assert.True(operation.GetProperty("responses").TryGetProperty($"{(int)answer.StatusCode}", out var described), $"{what} is not described");
        described = _schemas.Resolve(described);
        foreach (var header in described.TryGetProperty("headers", out var headers) ? headers.EnumerateObject() : default)
        {
            var schema = _schemas.Resolve(header.Value).GetProperty("schema");
            Assert.True(
                answer.Headers.TryGetValues(header.Name, out var values) || answer.Content.Headers.TryGetValues(header.Name, out values),
                $"{what} lacks {header.Name}");
            Assert.Empty(_schemas.Problems(schema, JsonSerializer.SerializeToElement(string.Join(", ", values)), header.Name));
        }

        if (answer.Content.Headers.ContentType?.MediaType is not { } type || request.Method == HttpMethod.Head)
        {
            return;
        }

        Assert.True(described.GetProperty("content").TryGetProperty(type, out var content), $"{what} is {type}, which is not described");
        if (type.EndsWith("json", StringComparison.Ordinal) && content.TryGetProperty("schema", out var body))
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Empty(_schemas.Problems(body, json.RootElement).Select(problem => $"{what}: {problem}"));
        }
    }

    public IEnumerable<(string Path, string Method, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select (path.Name, method.Name, method.Value);

    public IEnumerable<string> ProblemsOf(JsonElement schema, JsonElement value) => _schemas.Problems(schema, value);

    public JsonElement Resolve(JsonElement element) => _schemas.Resolve(element);

    private static bool Matches(string template, string path)
    {
        var (expected, actual) = (template.Split('/'), path.Split('/'));
        return expected.Length == actual.Length
            && expected.Zip(actual).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }
}
