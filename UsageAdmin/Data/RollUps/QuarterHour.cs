namespace UsageAdmin.Data.RollUps;

/// <summary>The grain of the roll-up: every zone's offset since 1972 is a multiple of it.</summary>
public static class QuarterHour
{
    public const long Milliseconds = 15 * 60 * 1000;

    public static long StartOf(long milliseconds)
    {
        var rest = milliseconds % Milliseconds;
        return rest < 0 ? milliseconds - rest - Milliseconds : milliseconds - rest;
    }
}
