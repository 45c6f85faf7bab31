using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Tests.Exports.Tables;

/// <summary>Tables to write, and the destinations that exports really have.</summary>
internal static class SomeTables
{
    public static readonly DateOnly EntryDate = new(2026, 10, 31);

    /// <summary>Characters that some writer has to do something about.</summary>
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", " ", "\u00A0", "\u3000", "\t", "\r", "\n", "\r\n", "\0", "\u0001", "\u000B", "\u001F", "\u007F", "\"", "\"\"", ",", ";",
        "'", "=", "+", "-", "@", "＝", "＋", "－", "＠", "&", "<", ">", "]]>", "_", "_x", "_x0041_", "_x000D", "_x005F_", "x0042_", "ä", "€", "😀",
        "\u202E", "\u2028", "\uFEFF", "\uFFFE", "\uFFFF", "\uD800", "\uDC00", "<script>", "../",
    ];

    /// <summary>One column for each kind of cell.</summary>
    public static Table<Row> OfEveryKind(params IEnumerable<Row> rows) => new(
        "of-every-kind",
        [
            new("name", ColumnKind.Text, r => Cell.Text(r.Name)),
            new("count", ColumnKind.Integer, r => Cell.Integer(r.Count)),
            new("mean", ColumnKind.Average, r => Cell.Decimal(r.Mean)),
            new("share", ColumnKind.Ratio, r => Cell.Decimal(r.Share)),
            new("day", ColumnKind.Date, r => Cell.Date(r.Day)),
            new("month", ColumnKind.Month, r => Cell.Text(r.Month)),
            new("is_partial", ColumnKind.Boolean, r => Cell.Boolean(r.IsPartial)),
            new("by_model", ColumnKind.Json, r => Cell.Text(r.ByModel)),
        ],
        rows);

    public static Table<string?> OfTexts(params IEnumerable<string?> texts) => new(
        "texts", [new("before", ColumnKind.Integer, _ => Cell.Integer(1)), new("text", ColumnKind.Text, Cell.Text)], texts);

    /// <summary>As <see cref="OfTexts"/>, made by several threads.</summary>
    public static Table<TRow> InParts<TRow>(IReadOnlyList<TRow> rows, Func<TRow, Cell> text) => new(
        "texts", [new("before", ColumnKind.Integer, _ => Cell.Integer(1)), new("text", ColumnKind.Text, text)], rows)
    {
        ReadsInParts = true,
    };

    public static Table<int> OfNumbers(IEnumerable<int> numbers) =>
        new("numbers", [new("number", ColumnKind.Integer, n => Cell.Integer(n))], numbers);

    /// <summary>Rows until it throws.</summary>
    public static IEnumerable<int> Failing(int after)
    {
        for (var i = 0; i < after; i++)
        {
            yield return i;
        }

        throw new IOException("The rows end here.");
    }

    public static IEnumerable<string> HostileTexts(int count)
    {
        var random = new Random(20261122);
        for (var i = 0; i < count; i++)
        {
            yield return string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => Pieces[random.Next(Pieces.Length)]));
        }
    }

    /// <summary>As files hold it: what is no UTF-16 becomes U+FFFD.</summary>
    public static string AsUnicode(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(Action<Stream> write)
    {
        var stream = new WriteOnlyStream();
        write(stream);
        return stream.Written;
    }

    internal sealed record Row(
        string? Name = null, long? Count = null, decimal? Mean = null, decimal? Share = null, DateOnly? Day = null,
        string? Month = null, bool IsPartial = false, string? ByModel = null);
}
