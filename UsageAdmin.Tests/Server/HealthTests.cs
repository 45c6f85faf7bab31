using System.Net;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Server;

public sealed class HealthTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    [Theory]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ready")]
    public async Task Health_answers_without_sign_in(string path, string expected)
    {
        using var client = app.NewClient();

        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
