using UsageAdmin.Analytics.Counting;
using UsageAdmin.Data;
using UsageAdmin.Organizations;

namespace UsageAdmin.Tests.Analytics.Counting;

public sealed class GroupsTests
{
    [Theory]
    [InlineData(5, "5,6,7", "")]
    [InlineData(5, "4,1,6,9", "1,4")]
    [InlineData(5, "1,9,6", "1,6")]
    [InlineData(5, "0,9,6", "0")]
    [InlineData(5, "1,1,1", "1,1,1")]
    [InlineData(1, "0,1,2", "")]
    public void Small_groups_are_merged_until_they_are_large_enough(int smallest, string people, string merged) =>
        Assert.Equal(merged, string.Join(',', SmallGroupRule.ToMerge(
            people.Split(',').Select(int.Parse), smallest, group => group, groups => groups.Sum())));

    [Theory]
    [InlineData("1,1,1", "0.3334,0.3333,0.3333")]
    [InlineData("2,1", "0.6667,0.3333")]
    [InlineData("7,0,1", "0.8750,0,0.1250")]
    [InlineData("0,0", "-,-")]
    [InlineData("", "")]
    public void Shares_add_up_to_one(string parts, string shares) => Assert.Equal(
        shares.Length == 0 ? [] : shares.Split(',').Select(s => s == "-" ? (decimal?)null : decimal.Parse(s, null)),
        CategorySummary.Shares(parts.Length == 0 ? [] : [.. parts.Split(',').Select(int.Parse)]));

    [Fact]
    public void Bits_of_a_part_stand_where_the_part_begins()
    {
        var (month, year) = (new Bits(2, 31), new Bits(2, 366));
        month.Set(1, 0);
        month.Set(1, 30);

        year.Join(month, 40);
        year.Join(month, 335);

        Assert.Equal([40, 70, 335, 365], Enumerable.Range(0, 366).Where(day => year[1, day]));
        Assert.Equal(0, year.Count(0));
        Assert.Equal(365, year.Last(1));
        Assert.Equal(-1, year.Last(0));
    }

    [Fact]
    public void Durations_have_a_mean_and_a_median_over_several_apps()
    {
        var durations = new Durations();
        foreach (var (app, milliseconds) in new[] { (1, 1000L), (0, 0L), (1, 3000L), (1, 1000L), (2, 10_005L) })
        {
            durations.Add(app, milliseconds);
        }

        Assert.Equal((0m, 0m), durations.Of([0]));
        Assert.Equal((1.67m, 1m), durations.Of([1]));
        Assert.Equal((3.75m, 2m), durations.Of([1, 2]));
        Assert.Equal((null, null), durations.Of([3]));
    }
}
