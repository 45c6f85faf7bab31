using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Server;

/// <summary>The OpenAPI document says what there is. The answers of the usage-export API are held against it by their own tests.</summary>
public sealed class OpenApiTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    /// <summary>Forms and helpers of pages, by the start of their routes.</summary>
    private static readonly string[] OfPages =
        ["/", "/_blazor", "/_framework", "/_content", "/account/", "/preferences/", "/setup", "/w/{workspaceId}/import/"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_open_to_all_and_the_same_each_time()
    {
        using var client = app.NewClient();

        using var answer = await client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(text, await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancel));
        using var json = JsonDocument.Parse(text);
        Assert.StartsWith("3.1.", json.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            app.BaseAddress.ToString().TrimEnd('/'), json.RootElement.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task Every_route_that_is_no_page_is_described_and_every_description_has_a_route()
    {
        // Other POSTs are forms of pages.
        var described = (await ApiDescription.LoadAsync(app)).Operations().Select(o => $"{o.Method} {o.Path}").ToHashSet(StringComparer.Ordinal);
        var endpoints = app.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is null).ToArray();
        var matcher = described.Select(d => d.Split(' ')).ToArray();

        var missing =
            from endpoint in endpoints
            let route = $"/{endpoint.RoutePattern.RawText!.Trim('/')}"
            where !Path.HasExtension(route) || route.Contains("export.", StringComparison.Ordinal) || route.StartsWith("/openapi", StringComparison.Ordinal)
            where !route.Contains("{**", StringComparison.Ordinal) && !route.Contains(":nonfile", StringComparison.Ordinal)
            where !OfPages.Any(start => start == "/" ? route == "/" : route.StartsWith(start, StringComparison.Ordinal))
            let methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"]
            from method in methods.Where(m => m == "GET" || (m == "POST" && route.Contains("export/{type}", StringComparison.Ordinal)))
            where !matcher.Any(m => string.Equals(m[0], method, StringComparison.OrdinalIgnoreCase) && IsOf(m[1], route))
            select $"{method} {route}";
        Assert.Empty(missing);

        Assert.Empty(matcher.Where(m => !endpoints.Any(e =>
            (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"]).Contains(m[0].ToUpperInvariant())
            && IsOf(m[1], $"/{e.RoutePattern.RawText!.Trim('/')}"))).Select(m => $"{m[0]} {m[1]}"));
    }

    [Fact]
    public async Task References_lead_somewhere_ids_are_unique_and_examples_fit()
    {
        var description = await ApiDescription.LoadAsync(app);
        var ids = description.Operations().Select(o => o.Operation.GetProperty("operationId").GetString()).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());

        var schemas = 0;
        foreach (var element in All(description.Document))
        {
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out _))
            {
                Assert.NotEqual(JsonValueKind.Undefined, description.Resolve(element).ValueKind);
            }
        }

        foreach (var schema in description.Document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            foreach (var example in schema.Value.TryGetProperty("examples", out var examples) ? examples.EnumerateArray() : default)
            {
                // A link of an example is none.
                Assert.All(description.ProblemsOf(schema.Value, example), p => Assert.Contains("/d/TOKEN", p, StringComparison.Ordinal));
                schemas++;
            }
        }

        Assert.Equal(3, schemas);
        foreach (var (path, method, operation) in description.Operations())
        {
            Assert.All(["summary", "description", "tags", "security", "responses"], name => Assert.True(operation.TryGetProperty(name, out _), $"{method} {path} has no {name}"));
            var named = System.Text.RegularExpressions.Regex.Matches(path, "{([a-zA-Z]+)}").Select(m => m.Groups[1].Value);
            var parameters = operation.TryGetProperty("parameters", out var given) ? given.EnumerateArray().Select(description.Resolve).ToArray() : [];
            Assert.Equal(named, parameters.Where(p => p.GetProperty("in").GetString() == "path").Select(p => p.GetProperty("name").GetString()));
        }
    }

    [Fact]
    public async Task The_other_routes_answer_as_described()
    {
        await using var own = await UsageAdminApp.StartAsync();
        var description = await ApiDescription.LoadAsync(own);
        await own.Services.GetRequiredService<ImportWriter>().WriteAsync(
            new ImportItem[] { Some.Conversation("c1", app: "a1", messages: [Some.Message("m1")]) }.ToAsyncEnumerable(),
            new ImportRequest("test", "test", "alpha-main"), Cancel);
        var all = ApiScopes.ActivityExport | ApiScopes.OrgAnalyticsExport | ApiScopes.UsageExport;
        using var nobody = own.NewClient();
        using var client = own.ClientWith((await own.MakeKeyAsync(all)).Text);
        using var scopeless = own.ClientWith((await own.MakeKeyAsync(ApiScopes.Ingest)).Text);
        using var wrong = own.ClientWith("ua_live_00000000_" + new string('A', 43));

        string[] downloads =
        [
            "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31", "/o/alpha/analytics/export.zip?from=2026-01&to=2026-01",
            "/o/alpha/analytics/export.xlsx?from=2026-01&to=2026-01",
        ];
        foreach (var path in downloads)
        {
            using var file = await AskAsync(client, path, 200);
            var id = file.Headers.GetValues("X-Export-Id").Single();
            await AskAsync(client, $"/exports/{id}", 200);
            await AskAsync(scopeless, $"/exports/{id}", 403);
            await AskAsync(nobody, $"/exports/{id}", 401);
            await AskAsync(client, $"/exports/{id}/file", path.StartsWith("/w", StringComparison.Ordinal) ? 404 : 200);
            await AskAsync(nobody, path, 401);
            await AskAsync(wrong, path, 401);
            await AskAsync(scopeless, path, 403);
            await AskAsync(client, path.Replace("alpha", "gamma", StringComparison.Ordinal), 404);
            await AskAsync(client, path.Split('?')[0], 400);
            if (path.StartsWith("/o", StringComparison.Ordinal))
            {
                await AskAsync(client, $"/exports/{id}/file", 206, "bytes=0-3");
                await AskAsync(client, $"/exports/{id}/file", 416, "bytes=999999999-");
            }
        }

        await AskAsync(nobody, "/d/nonsense", 403);
        await AskAsync(nobody, "/healthz", 200);
        await AskAsync(nobody, "/readyz", 200);
        await AskAsync(nobody, "/openapi/v1.json", 200);

        async Task<HttpResponseMessage> AskAsync(HttpClient caller, string path, int status, string? range = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Range = range is null ? null : RangeHeaderValue.Parse(range);
            var answer = await caller.SendAsync(request, Cancel);
            Assert.True(status == (int)answer.StatusCode, $"{path}: {answer.StatusCode}");
            await description.AssertDescribesAsync(answer);
            return answer;
        }
    }

    private static bool IsOf(string path, string route)
    {
        var (expected, actual) = (path.Split('/'), route.Split('/'));
        return expected.Length == actual.Length
            && expected.Zip(actual).All(pair => pair.First == pair.Second || pair.Second.StartsWith('{'));
    }

    private static IEnumerable<JsonElement> All(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [element, .. element.EnumerateObject().SelectMany(p => All(p.Value))],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(All),
        _ => [],
    };
}
