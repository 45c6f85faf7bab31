namespace UsageAdmin.Tests.Support;

/// <summary>
/// What work takes from the managed heap, however fast the machine is. The whole process is counted, so these tests run
/// while no others do.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Allocations
{
    public const string Name = "allocations";

    /// <returns>Bytes, in the least of three runs behind one that is not counted.</returns>
    internal static long Of(Action work)
    {
        var least = long.MaxValue;
        work();
        for (var run = 0; run < 3; run++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            work();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }
}
