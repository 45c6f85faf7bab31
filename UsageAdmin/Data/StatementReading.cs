namespace UsageAdmin.Data;

internal static class StatementReading
{
    /// <summary>The first column of the first row; null where there is no row. Leaves the statement reset.</summary>
    public static long? FirstNumber(this Statement statement)
    {
        var number = statement.Step() ? statement.NullableNumber(0) : null;
        statement.Reset();
        return number;
    }

    /// <summary>Rows that the last statement changed.</summary>
    public static long Changes(this UsageSession session) => session.Prepare("SELECT changes()").FirstNumber()!.Value;
}
