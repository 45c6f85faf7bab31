namespace UsageAdmin.Data.RollUps;

/// <summary>
/// The rows of one kind of a day of UTC, packed, in memory of their own: once they are loaded, several threads may read
/// them. One object serves many days.
/// </summary>
/// <typeparam name="TColumn">As of <see cref="DayRows{TColumn}"/>.</typeparam>
internal class HeldRows<TColumn>(DayRows<TColumn> rows)
    where TColumn : struct, Enum
{
    private readonly int[] _starts = new int[Columns.CountOf<TColumn>()];
    private PackedBytes? _bytes;
    private int _start;

    public int Count { get; private set; }

    /// <param name="day">Its first millisecond since 1970.</param>
    /// <param name="into">Where the rows are until it is cleared.</param>
    public void Load(UsageSession session, long workspaceId, long day, PackedBytes into)
    {
        var packed = rows.LoadPacked(session, workspaceId, day);
        Count = PackedColumns.Rows(packed);
        PackedColumns.FindStarts(packed, _starts);
        (_bytes, _start) = (into, into.Add(packed));
    }

    /// <summary>Unpacks as many rows of a column as there is room for.</summary>
    public void Read(TColumn column, int firstRow, Span<long> into) =>
        PackedColumns.Unpack(_bytes!.From(_start), _starts[Columns.IndexOf(column)], firstRow, into);
}
