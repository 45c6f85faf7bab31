using System.Net;
using System.Text.Json;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

/// <summary>What the addresses of downloads may hold, the same for every kind of export.</summary>
public sealed class DownloadFieldsTests(UsageAdminApp app) : IClassFixture<UsageAdminApp>
{
    private const string Activity = "/w/alpha-main/activity/export.json?from=2026-01-01&to=2026-01-31";
    private const string Users = "/w/alpha-main/usage/export/users.csv?range=last-month";
    private const string Audit = "/o/alpha/audit/export.json?range=last-month";
    private const string Analytics = "/o/alpha/analytics/export.zip?from=2026-01&to=2026-02";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Activity + "&from=2026-01-01", "from")]
    [InlineData(Activity + "&flag=any&flag=biased", "flag")]
    [InlineData(Users + "&range=last-month", "range")]
    [InlineData(Users + "&layout=extended&layout=extended", "layout")]
    [InlineData(Users + "&includeInactive=true&includeInactive=false", "includeInactive")]
    [InlineData(Audit + "&range=today", "range")]
    [InlineData(Audit + "&action=export&action=key", "action")]
    [InlineData(Audit + "&person=u1&person=u2", "person")]
    [InlineData(Analytics + "&to=2026-03", "to")]
    public async Task A_field_of_one_value_that_stands_twice_is_refused(string address, string field) =>
        Assert.Equal("Stands twice.", await ProblemAsync(address, field));

    [Theory]
    [InlineData(Users + "&user=u1", "user")]
    [InlineData(Users + "&app=a1", "app")]
    [InlineData(Users + "&section=s1", "section")]
    [InlineData(Users + "&group_by=model", "group_by")]
    [InlineData(Activity + "&person=u1", "person")]
    [InlineData(Audit + "&user=u1", "user")]
    [InlineData(Analytics + "&app=a1", "app")]
    public async Task A_filter_of_another_export_is_refused_instead_of_giving_more_than_was_asked_for(string address, string field) =>
        Assert.StartsWith("This export cannot be narrowed by it", await ProblemAsync(address, field), StringComparison.Ordinal);

    [Theory]
    [InlineData(Audit + "&action=zzz", "action", "Must be one of export, conversation, ")]
    [InlineData(Audit + "&actor=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "actor", "Must not have more than 200 characters.")]
    public async Task What_the_audit_log_cannot_look_for_is_refused(string address, string field, string problem) =>
        Assert.StartsWith(problem, await ProblemAsync(address, field), StringComparison.Ordinal);

    [Theory]
    [InlineData(Activity)]
    [InlineData(Users)]
    [InlineData(Audit)]
    [InlineData(Analytics)]
    public async Task Unknown_fields_are_passed_over(string address)
    {
        using var admin = await app.SignInAsync("admin@alpha.example");

        using var answer = await admin.GetAsync(new Uri($"{address}&utm_source=x&utm_source=y", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("?range=sometime", "range")]
    [InlineData("?action=zzz&from=yesterday&to=2026-01-01", "from, action")]
    [InlineData("?person=u1&person=u2", "person")]
    public async Task The_audit_page_says_what_it_left_out_of_its_address(string query, string fields)
    {
        using var admin = await app.SignInAsync("admin@alpha.example");

        var page = await admin.GetStringAsync(new Uri($"/o/alpha/audit{query}", UriKind.Relative), Cancel);

        Assert.Contains($"Part of this address cannot be read and was left out: {fields}.", page, StringComparison.Ordinal);
    }

    private async Task<string?> ProblemAsync(string address, string field)
    {
        using var admin = await app.SignInAsync("admin@alpha.example");
        using var answer = await admin.GetAsync(new Uri(address, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        var errors = problem.RootElement.GetProperty("errors");
        Assert.Equal([field], errors.EnumerateObject().Select(e => e.Name));
        return Assert.Single(errors.GetProperty(field).EnumerateArray().ToArray()).GetString();
    }
}
