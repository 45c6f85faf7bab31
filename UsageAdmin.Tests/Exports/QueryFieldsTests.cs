using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Tests.Exports;

public sealed class QueryFieldsTests
{
    [Theory]
    [InlineData("?from=2026-03-01&from=2026-03-02&to=2026-03-05", "from")]
    [InlineData("?from=2026-03-01&to=&to=2026-03-05", "to")]
    [InlineData("?range=today&range=today", "range")]
    public void A_field_of_one_value_that_stands_twice_has_none(string query, string field)
    {
        var fields = Of(query);

        Assert.Equal(default, fields.Range());
        Assert.Null(fields.Text(field));
        Assert.Equal((field, "Stands twice."), Assert.Single(fields.Problems.Select(p => (p.Key, p.Value.Single()))));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("?range=today", null)]
    [InlineData("?from=2026-03-01&to=2026-03-01", null)]
    [InlineData("?from=&to=&range=", null)]
    [InlineData("?from=2026-03-02&to=2026-03-01", "to: Must not be before from (2026-03-02).")]
    [InlineData("?from=2026-03-01", "to: Is missing: from and to go together.")]
    [InlineData("?to=2026-03-01&from=x", "from: Must be a day as YYYY-MM-DD.")]
    [InlineData("?to=1969-12-31&from=2026-03-01", "to: Must be a day as YYYY-MM-DD.")]
    [InlineData("?range=today&to=2026-03-01", "range: Give either range, or from and to.")]
    [InlineData("?range=soon",
        "range: Must be one of today, last-7-days, this-week, last-week, this-month, last-month, last-12-months.")]
    public void What_is_wrong_with_a_range_is_told(string query, string? problem)
    {
        var fields = Of(query);

        var (preset, days) = fields.Range();

        Assert.Equal(problem, fields.Problems.Select(p => $"{p.Key}: {p.Value.Single()}").SingleOrDefault());
        Assert.Equal(problem is null ? query.Replace("?from=&to=&range=", "", StringComparison.Ordinal) : "",
            new QueryText().AddRange(preset, days).ToString());
    }

    [Fact]
    public void Ids_may_stand_any_number_of_times_and_pages_have_an_end()
    {
        var fields = Of("?user=b&user=&user=a&user=b&page=1000000");

        Assert.Equal(["b", "a"], fields.Ids("user"));
        Assert.Equal((1_000_000, null, 1), (Of("?page=1000000").Page(), Of("?page=1000001").Page(), Of("").Page()));
        Assert.Equal("?a=%26%20&u=1&u=2&page=2", new QueryText().Add("a", "& ").Add("n", (string?)null).Add("u", ["1", "2"]).AddPage(2).ToString());
    }

    [Fact]
    public void Only_filters_of_other_exports_are_foreign() => Assert.Equal(
        ["section", "group_by"],
        QueryFields.ForeignFilters(Query("?section=s&utm_source=x&user=u&group_by=model&page=1"), "user", "app").Keys);

    private static QueryFields Of(string query) => new(Query(query));

    private static Dictionary<string, StringValues> Query(string query) => QueryHelpers.ParseQuery(query);
}
