using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of one kind from several days, unpacked; one object is filled many times.</summary>
/// <param name="columns">Those that are needed.</param>
internal sealed class RowsOfDays<TColumn>(TColumn[] columns)
    where TColumn : struct, Enum
{
    private readonly long[][] _columns = [.. Enumerable.Repeat<long[]>([], Columns.CountOf<TColumn>())];
    private int[] _days = [];

    public int Count { get; private set; }

    /// <summary>By row: the number of its day.</summary>
    public ReadOnlySpan<int> Days => _days.AsSpan(0, Count);

    public ReadOnlySpan<long> this[TColumn column] => _columns[Columns.IndexOf(column)].AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(HeldRows<TColumn> rows, (int First, int Count) some, int day)
    {
        var (first, count) = some;
        if (count == 0)
        {
            return;
        }

        if (_days.Length < Count + count)
        {
            MakeRoom((Count + count) * 2);
        }

        foreach (var column in columns)
        {
            rows.Read(column, first, _columns[Columns.IndexOf(column)].AsSpan(Count, count));
        }

        _days.AsSpan(Count, count).Fill(day);
        Count += count;
    }

    private void MakeRoom(int rows)
    {
        Array.Resize(ref _days, rows);
        foreach (var column in columns)
        {
            Array.Resize(ref _columns[Columns.IndexOf(column)], rows);
        }
    }
}
