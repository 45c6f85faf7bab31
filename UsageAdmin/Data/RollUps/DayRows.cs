using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.RollUps;

/// <summary>
/// The rows of one kind that a workspace has on a day of UTC, column by column: from the packed day, or from the tables
/// while the day is not packed. One object serves many days of one session; what it gives out is valid until the next
/// <see cref="Load"/>, and a session has one of its kind at a time.
/// </summary>
/// <typeparam name="TColumn">An enum whose members, from 0 without gaps, are the columns in their packed order.</typeparam>
public sealed class DayRows<TColumn>
    where TColumn : struct, Enum
{
    private readonly PackedKind _kind;
    private readonly string _load;
    private readonly Func<SqlDialect, string> _rows;
    private readonly long[][] _columns;
    private readonly bool[] _isUnpacked;
    private Statement? _packed;

    /// <param name="rows">SQL for the rows, with the workspace as ?1 and the first and last millisecond, the latter
    /// exclusive, as ?2 and ?3.</param>
    internal DayRows(PackedKind kind, string rows)
        : this(kind, _ => rows)
    {
    }

    /// <inheritdoc cref="DayRows{TColumn}(PackedKind, string)"/>
    internal DayRows(PackedKind kind, Func<SqlDialect, string> rows)
    {
        (_kind, _rows) = (kind, rows);
        _load = $"SELECT columns FROM packed_day WHERE workspace_id = ?1 AND kind = {(int)kind} AND day = ?2";
        _columns = new long[Columns.CountOf<TColumn>()][];
        Array.Fill(_columns, []);
        _isUnpacked = new bool[_columns.Length];
    }

    public int Count { get; private set; }

    /// <summary>A column of all rows; unpacked when it is asked for.</summary>
    public ReadOnlySpan<long> this[TColumn column]
    {
        get
        {
            var index = Columns.IndexOf(column);
            if (!_isUnpacked[index])
            {
                MakeRoom(index, Count);
                PackedColumns.Unpack(_packed!.Utf8(0), index, _columns[index]);
                _isUnpacked[index] = true;
            }

            return _columns[index].AsSpan(0, Count);
        }
    }

    /// <param name="day">Its first millisecond since 1970.</param>
    public void Load(UsageSession session, long workspaceId, long day)
    {
        if (FindPacked(session, workspaceId, day))
        {
            Count = PackedColumns.Rows(_packed!.Utf8(0));
            Array.Clear(_isUnpacked);
        }
        else
        {
            LoadRows(session, workspaceId, day);
        }
    }

    /// <summary>Loads a day as <see cref="PackedColumns"/>; the bytes are valid until the next day is loaded.</summary>
    /// <param name="day">Its first millisecond since 1970.</param>
    public ReadOnlySpan<byte> LoadPacked(UsageSession session, long workspaceId, long day)
    {
        if (FindPacked(session, workspaceId, day))
        {
            return _packed!.Utf8(0);
        }

        LoadRows(session, workspaceId, day);
        return PackedColumns.Pack(Count, _columns);
    }

    internal void Pack(UsageSession session, long workspaceId, long day)
    {
        LoadRows(session, workspaceId, day);
        session.Prepare(session.Sql.Put("packed_day", ["workspace_id", "kind", "day"], ["columns"]))
            .Bind(1, workspaceId).Bind(2, (long)_kind).Bind(3, day).BindBytes(4, PackedColumns.Pack(Count, _columns))
            .Execute();
    }

    private bool FindPacked(UsageSession session, long workspaceId, long day)
    {
        // Not reset before the next day: the columns are unpacked where the statement holds them.
        _packed = session.Prepare(_load).Bind(1, workspaceId).Bind(2, day);
        return _packed.Step();
    }

    private void LoadRows(UsageSession session, long workspaceId, long day)
    {
        Count = 0;
        Array.Fill(_isUnpacked, true);
        var row = session.Prepare(_rows(session.Sql)).Bind(1, workspaceId).Bind(2, day).Bind(3, day + UsageDays.Milliseconds);
        while (row.Step())
        {
            for (var column = 0; column < _columns.Length; column++)
            {
                MakeRoom(column, Count + 1);
                _columns[column][Count] = row.Number(column);
            }

            Count++;
        }

        row.Reset();
    }

    private void MakeRoom(int column, int rows)
    {
        if (_columns[column].Length < rows)
        {
            Array.Resize(ref _columns[column], Math.Max(1024, 2 * rows));
        }
    }
}
