using System.Text;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Tests.Usage.Api;

public sealed class UsageApiRangeTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2025-04-01", "2025-03-31")]
    [InlineData("America/Los_Angeles", "2025-03-31", "2025-03-30")]
    public void Twelve_months_are_counted_by_the_organisations_calendar(string organization, string first, string tooOld)
    {
        // The first of April in Berlin, the last of March in California, whatever the request's zone says.
        var now = new DateTime(2026, 3, 31, 23, 30, 0, DateTimeKind.Utc);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(organization);

        foreach (var asked in new[] { "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago" })
        {
            Assert.NotNull(UsageApiRange.Resolve(Body(first, asked), now, zone, out var error));
            Assert.Null(error);
            Assert.Null(UsageApiRange.Resolve(Body(tooOld, asked), now, zone, out error));
            Assert.Equal($"from must not be before {first}: exports reach back 12 months.", error!.Message);
        }
    }

    private static UsageApiBody Body(string from, string zone) => UsageApiBody.Parse(
        Encoding.UTF8.GetBytes(
            $$$"""{"from":{"date":"{{{from}}}","timezone":"{{{zone}}}"},"to":{"date":"2026-03-01","timezone":"{{{zone}}}"}}"""),
        out _)!;
}
