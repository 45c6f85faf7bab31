using System.Globalization;
using System.IO.Compression;
using System.Text;
using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Tests.Exports.Tables;

/// <summary>Alone, because one test moves the process to other time zones.</summary>
[Collection(nameof(CsvZipTests))]
[CollectionDefinition(nameof(CsvZipTests), DisableParallelization = true)]
public sealed class CsvZipTests
{
    [Fact]
    public void Each_table_is_a_file_at_the_root_in_the_order_given()
    {
        using var zip = new ZipArchive(new MemoryStream(Write(Tables())));

        Assert.Equal(["texts.csv", "numbers.csv", "of-every-kind.csv"], zip.Entries.Select(e => e.FullName));
        Assert.All(zip.Entries, e => Assert.Equal(new DateTime(2026, 10, 31), e.LastWriteTime.DateTime));
        using var numbers = new StreamReader(zip.Entries[1].Open(), Encoding.UTF8);
        Assert.Equal("number\r\n0\r\n1\r\n2\r\n", numbers.ReadToEnd());
    }

    [Fact]
    public void Rows_of_all_tables_are_counted()
    {
        Assert.Equal(
            2 + 3 + 1, CsvZip.Write(Stream.Null, Tables(), SomeTables.EntryDate, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_same_tables_are_the_same_bytes_in_every_language_and_zone()
    {
        var (zip, xlsx) = (Write(Tables()), WriteXlsx(Tables()));
        var (culture, zone) = (CultureInfo.CurrentCulture, Environment.GetEnvironmentVariable("TZ"));
        try
        {
            foreach (var (language, place) in new[] { ("de-DE", "Pacific/Kiritimati"), ("ar-EG", "America/St_Johns"), ("th-TH", "Asia/Tokyo") })
            {
                CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(language);
                Environment.SetEnvironmentVariable("TZ", place);
                TimeZoneInfo.ClearCachedData();

                Assert.Equal(place, TimeZoneInfo.Local.Id);
                Assert.Equal(zip, Write(Tables()));
                Assert.Equal(xlsx, WriteXlsx(Tables()));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Theory]
    [InlineData(1900, 1980)]
    [InlineData(2400, 2107)]
    public void A_year_that_a_zip_cannot_hold_becomes_the_nearest(int year, int expected)
    {
        var bytes = SomeTables.Bytes(stream => CsvZip.Write(
            stream, Tables(), new DateOnly(year, 6, 1), TestContext.Current.CancellationToken));

        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(expected, zip.Entries[0].LastWriteTime.Year);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void A_failure_leaves_no_archive(int rows)
    {
        var stream = new WriteOnlyStream();
        ITable[] tables = [SomeTables.OfTexts("whole"), SomeTables.OfNumbers(SomeTables.Failing(rows))];

        Assert.Throws<IOException>(() => CsvZip.Write(stream, tables, SomeTables.EntryDate, CancellationToken.None));

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.NotEmpty(stream.Written);
        Assert.Throws<InvalidDataException>(() => new ZipArchive(new MemoryStream(stream.Written)));
    }

    private static ITable[] Tables() =>
    [
        SomeTables.OfTexts("=1", "ä"),
        SomeTables.OfNumbers([0, 1, 2]),
        SomeTables.OfEveryKind(new SomeTables.Row("n", 1, 2.5m, 0.1m, new DateOnly(2026, 1, 2), "2026-01", true, "{}")),
    ];

    private static byte[] Write(ITable[] tables) => SomeTables.Bytes(
        stream => CsvZip.Write(stream, tables, SomeTables.EntryDate, TestContext.Current.CancellationToken));

    private static byte[] WriteXlsx(ITable[] tables) => SomeTables.Bytes(
        stream => XlsxFile.Write(stream, tables, SomeTables.EntryDate, TestContext.Current.CancellationToken));
}
