namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Neighbouring users. What is known of a block lies together in memory and is counted by one thread; counting takes so long
/// as memory is waited for.
/// </summary>
internal static class UserBlocks
{
    public const int Size = 1 << Bits;

    /// <summary>Where those are that nobody is named for: the block of place −1.</summary>
    public const int OfNobody = -1;

    private const int Bits = 9;

    public static int Count(int users) => Of(users + Size - 1);

    public static int Of(int user) => user >> Bits;

    /// <summary>The user's place in the block.</summary>
    public static int PlaceIn(int user) => user & (Size - 1);
}
