namespace UsageAdmin.Data;

/// <summary>
/// A prepared statement whose columns are read as UTF-8 where they lie, without strings. Parameters are numbered from 1
/// (<c>?1</c>), columns from 0. Not safe for use by two threads at once.
/// </summary>
/// <remarks>
/// One text runs on every engine. Truth is 0 or 1, instants are milliseconds, text sorts by its bytes. What cannot be said in
/// the same words is in <see cref="SqlDialect"/>.
/// </remarks>
public abstract class Statement : IDisposable
{
    public abstract Statement Bind(int parameter, long value);

    public abstract Statement Bind(int parameter, long? value);

    public abstract Statement Bind(int parameter, double? value);

    public abstract Statement Bind(int parameter, string? value);

    /// <summary>Binds text that is valid UTF-8 already.</summary>
    public abstract Statement BindUtf8(int parameter, ReadOnlySpan<byte> value);

    public abstract Statement BindBytes(int parameter, ReadOnlySpan<byte> value);

    /// <summary>Binds a null whose type the statement itself shows.</summary>
    public abstract Statement BindNull(int parameter);

    /// <summary>Moves to the next row; false behind the last.</summary>
    /// <exception cref="System.Data.Common.DbException">The database refused.</exception>
    public abstract bool Step();

    /// <summary>
    /// Runs a statement without rows and makes it ready for the next parameters. An engine may do so with the next statement
    /// that has rows, or with the commit, and say only then that it refuses.
    /// </summary>
    public abstract void Execute();

    /// <summary>The first column of the first row; null: it is null, or there is no row. Makes it ready to run again.</summary>
    public long? FirstNumber()
    {
        var number = Step() ? NullableNumber(0) : null;
        Reset();
        return number;
    }

    /// <summary>
    /// Runs the insertion of one row, whose text ends with <see cref="SqlDialect.ReturningId"/>, and makes it ready to run
    /// again. The row's id; null: there was a conflict, and no row was inserted.
    /// </summary>
    public virtual long? InsertedId() => FirstNumber();

    /// <summary>Makes it ready to run again; parameters keep their values.</summary>
    public abstract Statement Reset();

    public abstract bool IsNull(int column);

    /// <summary>A whole number as <see cref="long"/>, else text; null where there is none.</summary>
    public abstract object? Value(int column);

    /// <summary>0 for null.</summary>
    public abstract long Number(int column);

    public abstract long? NullableNumber(int column);

    public abstract double? NullableReal(int column);

    /// <summary>The bytes of a text or blob, valid until the next step; empty for null.</summary>
    public abstract ReadOnlySpan<byte> Utf8(int column);

    public string? Text(int column) => IsNull(column) ? null : System.Text.Encoding.UTF8.GetString(Utf8(column));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
