using System.Numerics;

namespace UsageAdmin.Ingest.Generator;

/// <summary>
/// xoshiro256** (Blackman, Vigna: "Scrambled linear pseudorandom number generators"), seeded by SplitMix64. Our own, and
/// in integers alone, so that a seed gives the same data on every machine and every .NET.
/// </summary>
internal sealed class SeededRandom
{
    /// <summary>2^(i/64) × 65536.</summary>
    private static readonly long[] PowersOfTwo =
        [.. Enumerable.Range(0, 64).Select(i => (long)Math.Round(Math.Pow(2, i / 64.0) * 65536))];

    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SeededRandom(ulong seed) => Reseed(seed);

    /// <summary>Starts over as a new instance with this seed would.</summary>
    public void Reseed(ulong seed)
    {
        _a = Mix(ref seed);
        _b = Mix(ref seed);
        _c = Mix(ref seed);
        _d = Mix(ref seed);
    }

    /// <summary>A seed for a part of the data, so that parts do not depend on each other.</summary>
    public static ulong Derive(ulong seed, long part)
    {
        var state = seed ^ BitOperations.RotateLeft((ulong)part, 32);
        _ = Mix(ref state);
        return Mix(ref state);
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>Includes both ends.</summary>
    public int Between(int lowest, int highest) => lowest + Below(highest - lowest + 1);

    public bool Chance(int perMille) => Below(1000) < perMille;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>
    /// A lognormal value: half of them are below <paramref name="median"/>, none above 32 times it at a spread of 100.
    /// </summary>
    /// <param name="spread">Standard deviation of the logarithm, in hundredths.</param>
    public long Lognormal(long median, int spread)
    {
        // Four uniform numbers add up to almost a normal one: mean 131070, standard deviation 37837.
        var bits = Next();
        var sum = (long)((bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48));

        // In 64ths of a doubling; a spread of 100 is 92.33 of them.
        var steps = (sum - 131070) * spread * 9233 / (37837L * 10000);
        var scaled = median * PowersOfTwo[steps & 63];
        var doublings = (int)(steps >> 6);
        return (doublings >= 0 ? scaled << doublings : scaled >> -doublings) >> 16;
    }

    private static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
