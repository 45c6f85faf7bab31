using UsageAdmin.Organizations;

namespace UsageAdmin.Tests.Organizations;

public sealed class ReportingZoneTests
{
    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("America/Argentina/Buenos_Aires", true)]
    [InlineData("W. Europe Standard Time", false)]
    [InlineData("Tokyo Standard Time", false)]
    [InlineData("right/Europe/Berlin", false)]
    [InlineData("posix/Europe/Berlin", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("/etc/localtime", false)]
    [InlineData("Mars/Olympus", false)]
    [InlineData("", false)]
    public void Only_IANA_ids_are_zones(string id, bool expected) => Assert.Equal(expected, ReportingZone.Find(id) is not null);

    [Fact]
    public void Every_id_to_choose_from_is_a_zone() => Assert.All(ReportingZone.Ids, id => Assert.NotNull(ReportingZone.Find(id)));
}
