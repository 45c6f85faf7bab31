using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Accounts;
using UsageAdmin.Exports;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

/// <summary>Every route there is, asked by every kind of account.</summary>
public sealed class EndpointRightsTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    /// <summary>What answers without sign-in. Static files are below <c>_content</c>, <c>_framework</c> or have an extension.</summary>
    private static readonly string[] Anonymous =
    [
        "/", "/account/login", "/setup", "/healthz", "/readyz", "/error", "/not-found", "/forbidden",
        "/preferences/language", "/preferences/theme", "/d/{token}",
        "/export/{type}", "/export/{type}/{format}", "/api/public/export/{type}", "/api/public/export/{type}/{format}",
        "/api/ingest/v1", "/v1/traces", "/v1/logs", "/v1/metrics", "/docs/api",
    ];

    private static readonly string[] Accounts =
    [
        "admin@alpha.example", "outside@alpha.example", "wsadmin@alpha.example", "member@alpha.example",
        "operator@example", "admin@beta.example", "admin@gamma.example", "member@gamma.example",
    ];

    [Fact]
    public void Every_endpoint_demands_sign_in_or_is_known_to_be_open()
    {
        var open = Endpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(Pattern).Where(p => !IsStaticFile(p)).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(Anonymous.Order(StringComparer.Ordinal), open);
    }

    [Fact]
    public void Every_route_that_names_a_workspace_or_organisation_demands_a_right()
    {
        var careless = Endpoints()
            .Where(e => Pattern(e).Contains("{workspaceId", StringComparison.OrdinalIgnoreCase)
                || Pattern(e).Contains("{organizationId", StringComparison.OrdinalIgnoreCase))
            .Where(e => e.Metadata.GetMetadata<RequireRightAttribute>() is null).Select(Pattern);

        Assert.Empty(careless);
    }

    [Fact]
    public void Every_route_that_names_an_export_demands_the_right_to_it()
    {
        var routes = Endpoints().Where(e => Pattern(e).Contains("{exportId", StringComparison.OrdinalIgnoreCase)).ToArray();

        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.Contains(
            route.Metadata.GetOrderedMetadata<IAuthorizeData>(), data => data.Policy == ExportAccess.Policy));
    }

    [Fact]
    public async Task Every_route_answers_every_account_as_its_rights_say()
    {
        var rights = app.Services.GetRequiredService<Rights>();
        foreach (var email in Accounts)
        {
            using var client = await app.SignInAsync(email);
            var user = await app.PrincipalAsync(email);
            foreach (var (path, right, id) in Routes("alpha-main", "alpha").Concat(Routes("gamma-main", "gamma")))
            {
                using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
                var decision = await rights.DecideAsync(user, right, id, TestContext.Current.CancellationToken);

                // What else a granted request needs, dates for example, is a matter of the route's own tests.
                var (status, type) = decision switch
                {
                    RightDecision.NotFound => (HttpStatusCode.NotFound, "not-found"),
                    RightDecision.Forbidden => (HttpStatusCode.Forbidden, "forbidden"),
                    RightDecision.FeatureDisabled => (HttpStatusCode.Forbidden, "feature-disabled"),
                    _ => (response.StatusCode, null),
                };
                Assert.True(status == response.StatusCode, $"{email} {path}: {response.StatusCode} instead of {status}");
                Assert.True(
                    decision is not RightDecision.Granted
                        || response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound,
                    $"{email} {path}: {response.StatusCode}");
                if (type is not null)
                {
                    using var problem = JsonDocument.Parse(
                        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                    Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
                    Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
                    Assert.NotEmpty(problem.RootElement.GetProperty("title").GetString()!);
                    Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
                    Assert.NotEmpty(problem.RootElement.GetProperty("traceId").GetString()!);
                }
            }
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task What_belongs_to_somebody_else_answers_as_what_does_not_exist(string accept)
    {
        foreach (var ((foreign, _, _), (unknown, _, _)) in Routes("alpha-main", "alpha").Zip(Routes("alpha-xxxx", "alphx")))
        {
            var (status, answer) = await AskAsync(foreign, accept);

            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal((status, answer), await AskAsync(unknown, accept));
        }
    }

    [Fact]
    public async Task Without_sign_in_browsers_are_led_to_it_and_programs_are_told()
    {
        using var client = app.NewClient();
        foreach (var (path, _, _) in Routes("alpha-main", "alpha"))
        {
            using var program = await client.GetAsync(path, TestContext.Current.CancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("text/html");
            using var browser = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
            Assert.Equal("application/problem+json", program.Content.Headers.ContentType?.MediaType);
            Assert.Equal($"/account/login?returnUrl={Uri.EscapeDataString(path)}", browser.Headers.Location?.PathAndQuery);
        }
    }

    [Fact]
    public async Task The_contact_is_named_where_exports_are_off()
    {
        await using var own = await UsageAdminApp.StartAsync("--Support:Contact=help@example.org");
        using var client = await own.SignInAsync("admin@gamma.example");
        foreach (var (path, right, id) in Routes("gamma-main", "gamma"))
        {
            if (right is Right.ExportActivity)
            {
                Assert.Contains(
                    "help@example.org",
                    await (await client.GetAsync(path, TestContext.Current.CancellationToken)).Content
                        .ReadAsStringAsync(TestContext.Current.CancellationToken),
                    StringComparison.Ordinal);
                Assert.Contains("gamma", id, StringComparison.Ordinal);
            }
        }
    }

    private async Task<(HttpStatusCode Status, string Answer)> AskAsync(string path, string accept)
    {
        using var client = await app.SignInAsync("admin@beta.example");
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await Answer.ReadAsync(response));
    }

    private static bool IsStaticFile(string pattern) =>
        Path.HasExtension(pattern) || pattern.StartsWith("/_content", StringComparison.Ordinal)
        || pattern.StartsWith("/_framework", StringComparison.Ordinal) || pattern.Contains(":nonfile", StringComparison.Ordinal)
        || pattern.Contains("{**", StringComparison.Ordinal);

    private static string Pattern(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}";

    private IEnumerable<RouteEndpoint> Endpoints() =>
        app.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Every GET route that demands a right, with ids filled in.</summary>
    private IEnumerable<(string Path, Right Right, string Id)> Routes(string workspace, string organization) =>
        from endpoint in Endpoints()
        let right = endpoint.Metadata.GetMetadata<RequireRightAttribute>()?.Right
        where right is not null
            && (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") ?? true)
        let path = Pattern(endpoint)
            .Replace("{workspaceId}", workspace, StringComparison.OrdinalIgnoreCase)
            .Replace("{organizationId}", organization, StringComparison.OrdinalIgnoreCase)
            .Replace("{conversationId}", "c1", StringComparison.OrdinalIgnoreCase)
            .Replace("{uploadId}", "f1", StringComparison.OrdinalIgnoreCase)
        orderby path
        select (path, right.Value, RightsTests.IsInWorkspace(right.Value) ? workspace : organization);
}
