using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Activity;
using UsageAdmin.Exports;

namespace UsageAdmin.Tests.Activity;

public sealed class ActivityFilterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?range=last-month")]
    [InlineData("?from=2026-01-01&to=2026-01-31")]
    [InlineData("?from=2026-01-01&to=2026-01-31&user=u1&user=%3Cb%3E%26%3D&app=a%20b&section=s%C3%A4&flag=moderated&page=3")]
    public void A_query_string_is_read_and_written_alike(string query)
    {
        var filter = ActivityFilter.Parse(QueryHelpers.ParseQuery(query), out var problems);

        Assert.Empty(problems);
        Assert.Equal(query, filter.ToQueryString());
    }

    [Theory]
    [InlineData("?from=2026-02-30&to=2026-03-01", "from")]
    [InlineData("?from=2026-03-01", "to")]
    [InlineData("?to=2026-03-01", "from")]
    [InlineData("?from=2026-03-02&to=2026-03-01", "to")]
    [InlineData("?from=01.03.2026&to=2026-03-01", "from")]
    [InlineData("?range=yesterday", "range")]
    [InlineData("?range=today&from=2026-03-01&to=2026-03-01", "range")]
    [InlineData("?flag=FLAGGED", "flag")]
    [InlineData("?page=0", "page")]
    [InlineData("?page=99999999999", "page")]
    public void What_cannot_be_read_is_named(string query, string field)
    {
        ActivityFilter.Parse(QueryHelpers.ParseQuery(query), out var problems);

        Assert.Equal([field], problems.Keys);
    }

    [Theory]
    [InlineData("2026-01-01", "2026-01-31", "2026-01-01..2026-01-31")]
    [InlineData("2026-01-01", "2026-03-15", "2026-01-01..2026-01-31 2026-02-01..2026-02-28 2026-03-01..2026-03-15")]
    [InlineData("2026-01-10", "2026-02-20", "2026-01-10..2026-02-09 2026-02-10..2026-02-20")]
    public void A_long_range_falls_into_parts_that_can_be_exported(string from, string to, string parts)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        var range = new DateRange(DateOnly.Parse(from, culture), DateOnly.Parse(to, culture));

        Assert.Equal(parts, string.Join(' ', ActivityFilter.Parts(range)));
        Assert.All(ActivityFilter.Parts(range), part => Assert.InRange(part.Days, 1, ActivityFilter.MaxExportDays));
    }
}
