namespace UsageAdmin.Exports.Tables;

/// <summary>What the cells of a column hold, and so how files show them.</summary>
public enum ColumnKind
{
    Text,
    Integer,

    /// <summary>A decimal with two places.</summary>
    Average,

    /// <summary>A decimal with four places.</summary>
    Ratio,

    /// <summary>US dollars with six places.</summary>
    Cost,

    /// <summary>A day of the calendar.</summary>
    Date,

    /// <summary><c>YYYY-MM</c>, as text.</summary>
    Month,

    Boolean,

    /// <summary>Minified JSON, as text.</summary>
    Json,
}

internal static class ColumnKinds
{
    /// <summary>Places after the point. Figures are rounded to them half away from zero.</summary>
    public static int Places(this ColumnKind kind) => kind switch
    {
        ColumnKind.Average => 2,
        ColumnKind.Ratio => 4,
        ColumnKind.Cost => 6,
        _ => 0,
    };

    /// <summary>What a column of that kind holds where it holds anything.</summary>
    public static CellContent Content(this ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => CellContent.Integer,
        ColumnKind.Average or ColumnKind.Ratio or ColumnKind.Cost => CellContent.Decimal,
        ColumnKind.Date => CellContent.Date,
        ColumnKind.Boolean => CellContent.Boolean,
        _ => CellContent.Text,
    };
}
