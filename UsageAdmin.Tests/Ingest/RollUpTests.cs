namespace UsageAdmin.Tests.Ingest;

public sealed class RollUpTests : IngestTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Any_sequence_of_edits_leaves_counters_and_roll_up_equal_to_a_recount(int seed)
    {
        var records = new RandomRecords(seed);
        var earlier = new List<string[]>();
        for (var step = 0; step < 60; step++)
        {
            // Every fourth file is one that came before.
            var file = step % 4 == 3 ? earlier[step / 2] : records.File();
            earlier.Add(file);
            var report = await ImportAsync(file);

            Assert.Equal(0, report.Refused);
            new Recount(Rows).AssertExact();
        }

        Assert.NotEmpty(Rows("SELECT 1 FROM usage_slot"));
        Assert.NotEmpty(Rows("SELECT 1 FROM action_use"));
    }
}
