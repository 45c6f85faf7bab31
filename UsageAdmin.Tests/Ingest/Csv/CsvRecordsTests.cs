using UsageAdmin.Ingest.Csv;

namespace UsageAdmin.Tests.Ingest.Csv;

public sealed class CsvRecordsTests
{
    [Fact]
    public void Quotes_line_breaks_and_empty_lines_are_read_as_the_standard_says() => Assert.Equal(
        ["1:a|b", "2:x, \"y\"\r\nz|", "5:|", "6:q\"q|'", "7:last|"],
        Read("a,b\r\n\"x, \"\"y\"\"\r\nz\",\n\r\n,\nq\"q,'\nlast,"));

    [Fact]
    public void Fields_that_are_not_wanted_are_empty_and_cost_nothing()
    {
        var records = new CsvRecords(new StringReader($"1,{new string('x', 200_000)},3,\"{new string('y', 200_000)}\"\n4,5,6,7"), 10)
        {
            Wanted = [true, false, true],
        };

        Assert.True(records.Next());
        Assert.Equal(["1", "", "3", ""], records.Fields);
        Assert.False(records.IsTooLong);
        Assert.True(records.Next());
        Assert.Equal(["4", "", "6", ""], records.Fields);
        Assert.False(records.Next());
    }

    [Fact]
    public void A_record_over_the_limit_says_so_and_the_next_is_read()
    {
        var records = new CsvRecords(new StringReader($"{new string('x', 100_000)},1\n2,3"), 1000);

        Assert.True(records.Next() && records.IsTooLong);
        Assert.True(records.Next() && !records.IsTooLong);
        Assert.Equal(["2", "3"], records.Fields);
    }

    [Fact]
    public void A_text_that_ends_inside_quotes_says_so()
    {
        var records = new CsvRecords(new StringReader("1,2\n3,\"4"), 1000);

        Assert.True(records.Next() && !records.IsCutOff);
        Assert.True(records.Next() && records.IsCutOff);
        Assert.False(records.Next());
    }

    [Fact]
    public void Buffers_may_end_anywhere()
    {
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(n => $"{n},\"a \"\"{n}\"\"\n,\",c{n}\r\n"));

        Assert.Equal(Enumerable.Range(0, 30_000).Select(n => $"{1 + (2 * n)}:{n}|a \"{n}\"\n,|c{n}"), Read(text));
    }

    private static List<string> Read(string text)
    {
        var records = new CsvRecords(new StringReader(text), int.MaxValue);
        var read = new List<string>();
        while (records.Next())
        {
            read.Add($"{records.Line}:{string.Join('|', records.Fields)}");
        }

        return read;
    }
}
