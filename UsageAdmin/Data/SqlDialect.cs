namespace UsageAdmin.Data;

/// <summary>The few things that engines say in different words. Each gives a piece of SQL, made of constants alone.</summary>
public abstract class SqlDialect
{
    /// <summary>The operator of <c>x LIKE y ESCAPE '\'</c> that takes ASCII letters of either case as equal.</summary>
    public abstract string CaselessLike { get; }

    /// <summary>Joins in the order written, where the planner has to be told: <c>a … JOIN b ON …</c>.</summary>
    public abstract string JoinInOrder { get; }

    /// <summary>A table with its alias, read by an index where the planner has to be told.</summary>
    public abstract string Indexed(string table, string index);

    /// <summary>
    /// Behind a query for one row of work: nobody else may take it until the transaction ends, and one that somebody has taken
    /// is passed over instead of waited for.
    /// </summary>
    public abstract string UnlessTaken { get; }

    /// <summary>At the end of an insertion that is asked for the new row's id; see <see cref="Statement.InsertedId"/>.</summary>
    public abstract string ReturningId { get; }

    /// <summary>A condition: the column is one of the texts of a JSON array that is a parameter, <c>?9</c>.</summary>
    public abstract string IsOneOf(string column, string parameter);

    /// <summary>A query for the whole numbers of a JSON array that is a parameter.</summary>
    public abstract string NumbersOf(string parameter);

    /// <summary>An insertion of one row with the parameters ?1, ?2 …, which takes the place of a row with the same key.</summary>
    /// <param name="key">The first columns, which are the primary key.</param>
    /// <param name="others">The columns behind them.</param>
    public abstract string Put(string table, IReadOnlyList<string> key, IReadOnlyList<string> others);

    internal static string Values(int count, int first = 1) =>
        string.Join(", ", Enumerable.Range(first, count).Select(n => $"?{n}"));
}
