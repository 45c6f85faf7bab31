namespace UsageAdmin.Data;

/// <summary>New rows of one table that are gathered; see <see cref="UsageSession.PrepareInsert"/>.</summary>
internal abstract class Insertion(string table) : Statement
{
    public string Table => table;

    public sealed override Statement Bind(int parameter, long? value) =>
        value is { } known ? Bind(parameter, known) : BindNull(parameter);

    public sealed override Statement Reset() => this;

    public sealed override bool Step() => throw HasNoRows();

    public sealed override bool IsNull(int column) => throw HasNoRows();

    public sealed override object? Value(int column) => throw HasNoRows();

    public sealed override long Number(int column) => throw HasNoRows();

    public sealed override long? NullableNumber(int column) => throw HasNoRows();

    public sealed override double? NullableReal(int column) => throw HasNoRows();

    public sealed override ReadOnlySpan<byte> Utf8(int column) => throw HasNoRows();

    private static InvalidOperationException HasNoRows() => new("An insertion returns no rows.");
}
