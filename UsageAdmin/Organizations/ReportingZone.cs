using System.Text.RegularExpressions;

namespace UsageAdmin.Organizations;

/// <summary>Zones of organisations: IANA ids only (decisions.md 11).</summary>
public static partial class ReportingZone
{
    /// <summary>The ids to choose from, in order.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(IsIana).Order(StringComparer.Ordinal)];

    /// <summary>The zone of an IANA id; null for any other text, Windows ids among them.</summary>
    public static TimeZoneInfo? Find(string id) =>
        IsIana(id) && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    /// <summary>Monday for European zones, else Sunday (product.md, "Pages").</summary>
    public static DayOfWeek ProposedFirstDayOfWeek(string id) =>
        id.StartsWith("Europe/", StringComparison.Ordinal) ? DayOfWeek.Monday : DayOfWeek.Sunday;

    /// <summary>Not <c>right/…</c> and <c>posix/…</c>, which the zone database has on disk beside the ids proper.</summary>
    private static bool IsIana(string id) =>
        id == "UTC" || (Shape().IsMatch(id) && !id.StartsWith("right/", StringComparison.Ordinal)
            && !id.StartsWith("posix", StringComparison.Ordinal)
            && !TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out _));

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\z")]
    private static partial Regex Shape();
}
