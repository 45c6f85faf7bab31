using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Tests.Data;

public sealed class PackedColumnsTests
{
    public static TheoryData<long[]> Columns => new(
        [], [7], [5, 5, 5], [0, 255], [-1, 255], [1_000_000, 1_065_535, 1_065_536], [0, uint.MaxValue], [0, uint.MaxValue + 1L],
        [long.MinValue, 0, long.MaxValue]);

    [Theory]
    [MemberData(nameof(Columns))]
    public void What_is_packed_comes_out_again(long[] column)
    {
        var constant = Enumerable.Repeat(-3L, column.Length).ToArray();

        var packed = PackedColumns.Pack(column.Length, [column, constant, column]);

        Assert.Equal(column.Length, PackedColumns.Rows(packed));
        for (var i = 0; i < 3; i++)
        {
            var unpacked = new long[column.Length];
            PackedColumns.Unpack(packed, i, unpacked);
            Assert.Equal(i == 1 ? constant : column, unpacked);
        }
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(255, 11)]
    [InlineData(256, 13)]
    [InlineData(65_536, 17)]
    [InlineData(1L << 32, 25)]
    public void A_column_takes_as_few_bytes_as_its_largest_difference_needs(long difference, int bytes) =>
        Assert.Equal(sizeof(int) + bytes, PackedColumns.Pack(2, [[1_000, 1_000 + difference]]).Length);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, -86_400_000)]
    [InlineData(86_399_999, 0)]
    [InlineData(86_400_000, 86_400_000)]
    public void A_day_of_utc_starts_at_midnight(long milliseconds, long day) =>
        Assert.Equal(day, UsageDays.DayOf(milliseconds));
}
