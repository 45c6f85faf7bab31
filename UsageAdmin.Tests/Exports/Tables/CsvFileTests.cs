using System.Globalization;
using System.Text;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Tests.Exports.Tables;

public sealed class CsvFileTests
{
    [Fact]
    public void Every_kind_of_cell_has_its_form()
    {
        var csv = Write(SomeTables.OfEveryKind(
            new SomeTables.Row(
                "Ada, \"the\" first", 1234567, 2.005m, 0.66665m, new DateOnly(2026, 3, 1), "2026-03", true, """{"gpt":2,"o":1}"""),
            new SomeTables.Row()));

        Assert.Equal(
            "name,count,mean,share,day,month,is_partial,by_model\r\n"
            + "\"Ada, \"\"the\"\" first\",1234567,2.01,0.6667,2026-03-01,2026-03,true,\"{\"\"gpt\"\":2,\"\"o\"\":1}\"\r\n"
            + ",,,,,,false,\r\n",
            csv);
    }

    [Fact]
    public void A_table_without_rows_has_its_header()
    {
        Assert.Equal("number\r\n", Write(SomeTables.OfNumbers([])));
    }

    [Theory]
    [InlineData("0", "0.00")]
    [InlineData("-0.001", "0.00")]
    [InlineData("0.005", "0.01")]
    [InlineData("-0.005", "-0.01")]
    [InlineData("2.675", "2.68")]
    [InlineData("1e3", "1000.00")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335.00")]
    public void Averages_have_two_places_rounded_half_away_from_zero(string number, string expected)
    {
        var mean = decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

        Assert.Equal($",,{expected},,,,false,", Line(SomeTables.OfEveryKind(new SomeTables.Row(Mean: mean))));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void A_number_is_never_taken_for_a_formula(long number)
    {
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $",{number},-5.50,-0.2500,,,false,"),
            Line(SomeTables.OfEveryKind(new SomeTables.Row(Count: number, Mean: -5.5m, Share: -0.25m))));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+49 30 1234")]
    [InlineData("-5")]
    [InlineData("@SUM(A1)")]
    [InlineData("  =1")]
    [InlineData("\u00A0\u3000=1")]
    [InlineData("\t1")]
    [InlineData("\r1")]
    [InlineData("\n1")]
    [InlineData("\01")]
    [InlineData(" \t")]
    [InlineData("＝1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠1")]
    public void A_text_that_looks_like_a_formula_gets_an_apostrophe(string text)
    {
        Assert.Equal("'" + text, ReadBack(SomeTables.OfTexts(text)).Single());
        Assert.Equal(
            "'" + text, CsvReader.Read(Write(SomeTables.OfEveryKind(new SomeTables.Row(ByModel: text))))[1][7]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("'=1")]
    [InlineData(";=1")]
    [InlineData("a=1")]
    [InlineData("1-1")]
    [InlineData("\u2212" + "1")]
    [InlineData("{\"a\":1}")]
    public void Other_text_stands_as_it_is(string text)
    {
        Assert.Equal(text, ReadBack(SomeTables.OfTexts(text)).Single());
    }

    [Fact]
    public void Any_text_reads_back_once_its_apostrophe_is_gone()
    {
        var texts = SomeTables.HostileTexts(10_000).ToArray();

        var read = ReadBack(SomeTables.OfTexts(texts));

        Assert.Equal(texts.Length, read.Length);
        for (var i = 0; i < texts.Length; i++)
        {
            var restored = CsvFile.LooksLikeFormula(texts[i]) ? read[i][1..] : read[i];
            Assert.Equal(SomeTables.AsUnicode(texts[i]), restored);
            Assert.False(CsvFile.LooksLikeFormula(read[i]), read[i]);
        }
    }

    [Fact]
    public void Text_longer_than_a_block_is_whole()
    {
        var random = new Random(5);
        string[] texts =
        [
            .. Enumerable.Range(0, 40).Select(i => string.Concat(Enumerable.Repeat(i % 2 == 0 ? "😀ä" : "a\"", random.Next(60_000))))
        ];

        Assert.Equal(texts, ReadBack(SomeTables.OfTexts(texts)));
    }

    [Fact]
    public void Quotation_marks_stand_only_where_they_are_needed()
    {
        Assert.Equal("1, a ' \u2028;\ttab", Line(SomeTables.OfTexts(" a ' \u2028;\ttab")));
    }

    [Fact]
    public void A_row_of_one_empty_cell_is_a_row_to_every_reader()
    {
        var table = new Table<string?>("one", [new("only", ColumnKind.Text, Cell.Text)], [null, "", "x"]);

        Assert.Equal("only\r\n\"\"\r\n\"\"\r\nx\r\n", Write(table));
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_culture()
    {
        var table = SomeTables.OfEveryKind(new SomeTables.Row("i", -1234567, 1234.5m, 0.5m, new DateOnly(2026, 3, 1), "2026-03"));
        var expected = Write(table);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var name in new[] { "de-DE", "ar-EG", "th-TH", "fa-IR", "tr-TR" })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
                Assert.Equal(expected, Write(table));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Rows_are_pulled_while_the_file_grows()
    {
        var stream = new WriteOnlyStream();
        var writtenAtHalf = 0;
        var rows = Enumerable.Range(0, 100_000).Select(i =>
        {
            if (i == 50_000)
            {
                writtenAtHalf = stream.Written.Length;
            }

            return i;
        });

        var count = CsvFile.Write(stream, SomeTables.OfNumbers(rows), CancellationToken.None);

        Assert.Equal(100_000, count);
        Assert.InRange(writtenAtHalf, stream.Written.Length / 4, stream.Written.Length / 2);
    }

    [Fact]
    public void A_cancelled_export_stops()
    {
        using var cancellation = new CancellationTokenSource();
        var pulled = 0;
        var rows = Enumerable.Range(0, 1_000_000).Select(i =>
        {
            pulled = i;
            if (i == 10_000)
            {
                cancellation.Cancel();
            }

            return i;
        });

        Assert.Throws<OperationCanceledException>(
            () => CsvFile.Write(Stream.Null, SomeTables.OfNumbers(rows), cancellation.Token));
        Assert.InRange(pulled, 10_000, 12_000);
    }

    [Fact]
    public void A_failure_of_the_rows_passes_through()
    {
        Assert.Throws<IOException>(
            () => CsvFile.Write(Stream.Null, SomeTables.OfNumbers(SomeTables.Failing(after: 10)), CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(10_000)]
    public void Parts_are_the_same_bytes_as_row_by_row(int rows)
    {
        string?[] texts = [.. SomeTables.HostileTexts(rows)];

        var parts = Write(SomeTables.InParts(texts, Cell.Text));

        Assert.Equal(Write(SomeTables.OfTexts(texts)), parts);
    }

    [Fact]
    public void A_failure_of_one_part_passes_through_and_a_cancelled_export_in_parts_stops()
    {
        using var cancellation = new CancellationTokenSource();
        int[] rows = [.. Enumerable.Range(0, 100_000)];
        var made = 0;

        Assert.Throws<IOException>(() => Write(SomeTables.InParts(
            rows, row => row == 30_000 ? throw new IOException() : Cell.Text("x"))));
        Assert.ThrowsAny<OperationCanceledException>(() => CsvFile.Write(
            Stream.Null,
            SomeTables.InParts(rows, row =>
            {
                Interlocked.Increment(ref made);
                if (row == 30_000)
                {
                    cancellation.Cancel();
                }

                return Cell.Text("x");
            }),
            cancellation.Token));

        Assert.InRange(made, 1, 99_999);
    }

    [Fact]
    public void A_cell_that_does_not_fit_its_column_is_refused()
    {
        var table = new Table<int>("wrong", [new("when", ColumnKind.Date, n => Cell.Integer(n))], [1]);

        var refusal = Assert.Throws<InvalidOperationException>(() => Write(table));
        Assert.Equal("wrong, column when: Date cannot hold Integer.", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("Sheet")]
    [InlineData("a-name-that-is-longer-than-31-ch")]
    public void A_table_has_a_name_that_files_and_sheets_can_have(string name)
    {
        Assert.Throws<ArgumentException>(
            () => new Table<int>(name, [new("number", ColumnKind.Integer, n => Cell.Integer(n))], []));
    }

    private static string Write(ITable table)
    {
        var bytes = SomeTables.Bytes(stream => CsvFile.Write(stream, table, TestContext.Current.CancellationToken));
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
    }

    /// <summary>The one line after the header.</summary>
    private static string Line(ITable table) => Write(table).Split("\r\n")[1];

    private static string[] ReadBack(Table<string?> table) =>
        [.. CsvReader.Read(Write(table)).Skip(1).Select(fields => fields[1])];
}
