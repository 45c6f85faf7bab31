using System.Text.RegularExpressions;

namespace UsageAdmin.Exports.Tables;

/// <summary>What the writers of CSV and XLSX know of a table.</summary>
public interface ITable
{
    /// <summary>The name of its CSV, without extension, and of its sheet.</summary>
    string Name { get; }

    IReadOnlyList<(string Name, ColumnKind Kind)> Columns { get; }

    /// <summary>The number of rows where it is known without reading them.</summary>
    long? KnownRows { get; }

    /// <summary>The rows can be read from any one on, by several threads at a time.</summary>
    bool ReadsInParts { get; }

    /// <summary>The rows, made while they are read. The array is the same one each time: one cell per column.</summary>
    /// <exception cref="InvalidOperationException">A cell holds something else than its column.</exception>
    /// <exception cref="OperationCanceledException">Asked for every 1024 rows.</exception>
    IEnumerable<Cell[]> ReadRows(CancellationToken cancellationToken);

    /// <summary>As many rows from one on, as <see cref="ReadRows(CancellationToken)"/>.</summary>
    /// <exception cref="InvalidOperationException">The table does not read in parts.</exception>
    IEnumerable<Cell[]> ReadRows(int first, int count, CancellationToken cancellationToken);
}

/// <summary>A column and how its cells come out of a row.</summary>
public sealed record Column<TRow>(string Name, ColumnKind Kind, Func<TRow, Cell> Value);

/// <summary>Rows that are pulled one by one while a file is written; nothing holds all of them.</summary>
public sealed partial class Table<TRow> : ITable
{
    private const int CancellationInterval = 1024;

    private readonly IReadOnlyList<Column<TRow>> _columns;
    private readonly IEnumerable<TRow> _rows;

    /// <param name="name">1 to 31 of a-z 0-9 -: what file names, ZIP entries and sheets all can be called.</param>
    /// <exception cref="ArgumentException">The name is another, or there is no column.</exception>
    public Table(string name, IReadOnlyList<Column<TRow>> columns, IEnumerable<TRow> rows)
    {
        if (!NameShape().IsMatch(name))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a table.", nameof(name));
        }

        if (columns.Count == 0)
        {
            throw new ArgumentException("A table has at least one column.", nameof(columns));
        }

        Name = name;
        Columns = [.. columns.Select(c => (c.Name, c.Kind))];
        _columns = columns;
        _rows = rows;
    }

    public string Name { get; }

    public IReadOnlyList<(string Name, ColumnKind Kind)> Columns { get; }

    public long? KnownRows => _rows is IReadOnlyCollection<TRow> rows ? rows.Count
        : _rows.TryGetNonEnumeratedCount(out var count) ? count : null;

    /// <summary>Only for lists whose rows several threads may make at a time.</summary>
    public bool ReadsInParts { get; init; }

    public IEnumerable<Cell[]> ReadRows(CancellationToken cancellationToken) => Read(_rows, cancellationToken);

    public IEnumerable<Cell[]> ReadRows(int first, int count, CancellationToken cancellationToken) => Read(
        ReadsInParts && _rows is IReadOnlyList<TRow> list
            ? Enumerable.Range(first, count).Select(row => list[row])
            : throw new InvalidOperationException($"{Name} does not read in parts."),
        cancellationToken);

    private IEnumerable<Cell[]> Read(IEnumerable<TRow> rows, CancellationToken cancellationToken)
    {
        var columns = _columns.ToArray();
        var contents = columns.Select(c => c.Kind.Content()).ToArray();
        var cells = new Cell[columns.Length];
        var count = 0;
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var row in rows)
        {
            if (++count % CancellationInterval == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (var i = 0; i < columns.Length; i++)
            {
                cells[i] = columns[i].Value(row);
                if (cells[i].Content != contents[i] && cells[i].Content != CellContent.Nothing)
                {
                    throw new InvalidOperationException(
                        $"{Name}, column {columns[i].Name}: {columns[i].Kind} cannot hold {cells[i].Content}.");
                }
            }

            yield return cells;
        }
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,31}\z")]
    private static partial Regex NameShape();
}
