namespace UsageAdmin.Analytics;

/// <summary>A part of a whole, between 0 and 1, for the page.</summary>
internal static class Share
{
    /// <summary>Null without a whole.</summary>
    public static double? Of(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
