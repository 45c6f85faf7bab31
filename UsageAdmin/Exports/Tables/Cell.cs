namespace UsageAdmin.Exports.Tables;

/// <summary>One value of a table. Null and <see cref="Empty"/> are the same: nothing stands in the file.</summary>
public readonly struct Cell
{
    private readonly string? _text;
    private readonly long _integer;
    private readonly decimal _decimal;

    private Cell(CellContent content, string? text = null, long integer = 0, decimal number = 0)
    {
        Content = content;
        _text = text;
        _integer = integer;
        _decimal = number;
    }

    public static Cell Empty => default;

    internal CellContent Content { get; }

    internal string AsText => _text!;

    internal long AsInteger => _integer;

    internal decimal AsDecimal => _decimal;

    internal DateOnly AsDate => DateOnly.FromDayNumber((int)_integer);

    internal bool AsBoolean => _integer != 0;

    /// <summary>For text, months and JSON. Any UTF-16; what is none of it stands as U+FFFD in the file.</summary>
    public static Cell Text(string? value) => value is null ? Empty : new(CellContent.Text, text: value);

    public static Cell Integer(long? value) => value is { } v ? new(CellContent.Integer, integer: v) : Empty;

    /// <summary>For averages and ratios: the file's rounding is the writer's.</summary>
    public static Cell Decimal(decimal? value) => value is { } v ? new(CellContent.Decimal, number: v) : Empty;

    public static Cell Date(DateOnly? value) => value is { } v ? new(CellContent.Date, integer: v.DayNumber) : Empty;

    public static Cell Boolean(bool value) => new(CellContent.Boolean, integer: value ? 1 : 0);
}

/// <summary>What a cell holds.</summary>
internal enum CellContent : byte
{
    Nothing,
    Text,
    Integer,
    Decimal,
    Date,
    Boolean,
}
