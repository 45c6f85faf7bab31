namespace UsageAdmin.Ingest.Generator;

/// <summary>Picks indexes as often as their weights say.</summary>
internal sealed class Weights
{
    private readonly int[] _sums;

    /// <param name="weights">0 and above; all together below 2^31.</param>
    public Weights(IEnumerable<int> weights)
    {
        var sum = 0;
        _sums = [.. weights.Select(weight => sum = checked(sum + weight))];
    }

    /// <summary>Zipf's law: a few do much, many do little. The one at <paramref name="rank"/> 0 does most.</summary>
    public static int Zipf(int rank) => 1_000_000 / (rank + 8);

    public int Pick(SeededRandom random)
    {
        var number = random.Below(_sums[^1]);
        var found = Array.BinarySearch(_sums, number);
        var index = found < 0 ? ~found : found;
        while (_sums[index] <= number)
        {
            index++;
        }

        return index;
    }
}
