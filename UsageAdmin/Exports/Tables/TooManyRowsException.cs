namespace UsageAdmin.Exports.Tables;

/// <summary>A table has more rows than a sheet of a spreadsheet can hold. CSV holds any number.</summary>
public sealed class TooManyRowsException(string table)
    : Exception(FormattableString.Invariant($"{table} has more than {XlsxFile.MaxRows:N0} rows, which a sheet cannot hold."))
{
    public string Table { get; } = table;
}
