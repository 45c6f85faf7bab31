using UsageAdmin.Components.Shared;

namespace UsageAdmin.Tests.Components;

public sealed class NamesTests
{
    [Theory]
    [InlineData("Anna", 10, "Anna")]
    [InlineData("Annabelle", 5, "Anna…")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 20, "👩‍👩‍👧👩‍👩‍👧…")]
    public void A_long_name_is_cut_between_characters(string name, int longest, string shown)
    {
        Assert.Equal(shown, Names.Cut(name, longest));
    }

    [Theory]
    [InlineData("Anna", true)]
    [InlineData("👍", true)]
    [InlineData(" \u200b\u202e\u00a0", false)]
    [InlineData("", false)]
    public void A_name_without_anything_to_see_is_known(string name, bool isVisible)
    {
        Assert.Equal(isVisible, Names.IsVisible(name));
    }
}
