using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Exports;
using UsageAdmin.Usage;

namespace UsageAdmin.Tests.Usage;

public sealed class UsageFilterTests
{
    private static readonly DateOnly Today = new(2026, 7, 31);

    [Theory]
    [InlineData("")]
    [InlineData("?range=last-week")]
    [InlineData("?from=2026-01-01&to=2026-03-31&type=assistants&sort=messages&order=asc&search=a%20b%26c&page=3&layout=extended")]
    [InlineData("?range=this-month&type=workflows&open=w%2F1&includeInactive=false&export=models")]
    public void A_filter_and_its_address_are_the_same(string address)
    {
        var filter = Parse(address, Today, out var problems);

        Assert.Empty(problems);
        Assert.Equal(address, filter.ToQueryString());
    }

    [Theory]
    [InlineData("?range=yesterday", "range", UsageProblem.UnknownRange)]
    [InlineData("?range=last-week&from=2026-07-01&to=2026-07-02", "range", UsageProblem.RangeAndDays)]
    [InlineData("?from=2026-07-01", "to", UsageProblem.Missing)]
    [InlineData("?to=2026-07-01", "from", UsageProblem.Missing)]
    [InlineData("?from=2026-07-02&to=2026-07-01", "to", UsageProblem.Reversed)]
    [InlineData("?from=1.7.2026&to=2026-07-01", "from", UsageProblem.NotADay)]
    [InlineData("?from=2026-07-01&to=2026-07-32", "to", UsageProblem.NotADay)]
    [InlineData("?from=2025-07-30&to=2026-07-01", "from", UsageProblem.TooOld)]
    [InlineData("?from=2026-08-01&to=2026-08-02", "from", UsageProblem.NotYet)]
    [InlineData("?from=2026-07-01&to=2027-08-01", "to", UsageProblem.TooLate)]
    [InlineData("?type=apps", "type", UsageProblem.UnknownType)]
    [InlineData("?export=everything", "export", UsageProblem.UnknownType)]
    [InlineData("?layout=wide", "layout", UsageProblem.UnknownLayout)]
    [InlineData("?includeInactive=1", "includeInactive", UsageProblem.NoBoolean)]
    public void What_is_wrong_is_left_out_and_named(string address, string field, UsageProblem problem)
    {
        var filter = Parse(address, Today, out var problems);

        Assert.Equal([KeyValuePair.Create(field, problem)], problems);
        Assert.Equal("", filter.ToQueryString());
        Assert.EndsWith(".", Assert.Single(UsageProblems.InWords(problems, Today)[field]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-07-31", true)]
    [InlineData("2025-07-30", false)]
    public void The_first_day_is_the_same_one_twelve_months_ago(string from, bool isFine)
    {
        Parse($"?from={from}&to=2026-07-31", Today, out var problems);

        Assert.Equal(isFine, problems.Count == 0);
    }

    [Fact]
    public void Every_preset_lies_within_the_twelve_months_on_every_day()
    {
        for (var today = new DateOnly(2024, 1, 1); today < new DateOnly(2029, 1, 1); today = today.AddDays(1))
        {
            foreach (var preset in RangePresets.Names.Values)
            {
                foreach (var week in new[] { DayOfWeek.Sunday, DayOfWeek.Monday })
                {
                    var days = new UsageFilter { Preset = preset }.Resolve(today, week);
                    Parse(
                        string.Create(CultureInfo.InvariantCulture, $"?from={days.From:yyyy-MM-dd}&to={days.To:yyyy-MM-dd}"),
                        today, out var problems);

                    Assert.True(problems.Count == 0, $"{preset} on {today}");
                }
            }
        }
    }

    [Fact]
    public void Without_a_range_it_is_this_month_with_its_days_to_come()
    {
        Assert.Equal(
            new DateRange(new DateOnly(2026, 2, 1), new DateOnly(2026, 2, 28)),
            UsageFilter.Empty.Resolve(new DateOnly(2026, 2, 3), DayOfWeek.Monday));
        Assert.Null(UsageFilter.Empty.Chosen(Today, DayOfWeek.Monday));
    }

    private static UsageFilter Parse(
        string address, DateOnly today, out IReadOnlyDictionary<string, UsageProblem> problems) =>
        UsageFilter.Parse(QueryHelpers.ParseQuery(address), today, out problems);
}
