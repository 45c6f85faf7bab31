namespace UsageAdmin.Data;

internal static class StatementReading
{
    /// <summary>Rows that the last statement changed.</summary>
    public static long Changes(this UsageSession session) => session.Prepare("SELECT changes()").FirstNumber()!.Value;
}
