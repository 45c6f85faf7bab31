using System.Net;
using System.Text.Json;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Accounts;

public sealed class SameSiteDownloadTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Download = "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31";

    [Theory]
    [InlineData("same-origin", HttpStatusCode.OK)]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    public async Task Pages_of_other_sites_cannot_start_a_download(string? site, HttpStatusCode expected)
    {
        using var client = await app.SignInAsync("admin@alpha.example");
        if (site is not null)
        {
            client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        }

        using var response = await client.GetAsync(Download, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_request_with_a_wrong_value_keeps_its_own_status_and_shows_no_stack_trace()
    {
        using var client = await app.SignInAsync("admin@alpha.example");

        using var response = await client.GetAsync(
            Download.Replace("2026-01-31", "never", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        using var problem = JsonDocument.Parse(body);
        Assert.NotEmpty(problem.RootElement.GetProperty("traceId").GetString()!);
    }
}
