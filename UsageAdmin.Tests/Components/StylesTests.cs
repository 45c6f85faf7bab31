using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Components;

public sealed class StylesTests
{
    /// <summary>A brace too few puts all that follows into a rule for narrow pages.</summary>
    [Fact]
    public void Every_rule_for_some_pages_ends_before_the_next_begins()
    {
        var depth = 0;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "UsageAdmin", "wwwroot", "app.css")))
        {
            Assert.True(depth == 0 || !line.StartsWith('@'), line);
            depth += line.Count(c => c == '{') - line.Count(c => c == '}');
        }

        Assert.Equal(0, depth);
    }
}
