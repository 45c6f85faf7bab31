using UsageAdmin.Organizations;

namespace UsageAdmin.Tests.Organizations;

public sealed class PublicIdTests
{
    [Theory]
    [InlineData("Müller & Söhne GmbH", "muller-sohne-gmbh")]
    [InlineData("  Große Straße 5 ", "grosse-strasse-5")]
    [InlineData("日本", "")]
    [InlineData("--a--b--", "a-b")]
    public void An_id_is_proposed_from_the_name(string name, string expected) =>
        Assert.Equal(expected, PublicId.Propose(name));

    [Fact]
    public void A_proposed_id_is_not_too_long() => Assert.True(PublicId.IsValid(PublicId.Propose(new string('ä', 500))));
}
