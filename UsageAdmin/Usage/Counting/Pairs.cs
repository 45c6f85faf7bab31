using System.Runtime.InteropServices;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// A value for each user and thing that met: which user sent how many messages to which assistant. Memory grows with the
/// pairs that there are.
/// </summary>
/// <remarks>
/// Keys count through all users and things, so that they spread over the table: a user in the upper and a thing in the
/// lower half of a key would make most of them collide.
/// </remarks>
internal sealed class Pairs<TValue>(int users, int things)
    where TValue : struct
{
    private readonly Dictionary<long, TValue> _values = [];
    private int[] _starts = [];
    private (int Thing, TValue Value)[] _byUser = [];

    /// <summary>The value of a pair, to be changed at once; the default one where they have not met.</summary>
    public ref TValue this[int user, int thing] =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(_values, ((long)user * things) + thing, out _);

    public IEnumerable<(int User, int Thing, TValue Value)> All =>
        _values.Select(pair => ((int)(pair.Key / things), (int)(pair.Key % things), pair.Value));

    /// <summary>A user's things. For when nothing is added any more.</summary>
    public ReadOnlySpan<(int Thing, TValue Value)> Of(int user)
    {
        if (_starts.Length == 0)
        {
            Sort();
        }

        return _byUser.AsSpan(_starts[user], _starts[user + 1] - _starts[user]);
    }

    private void Sort()
    {
        var starts = new int[users + 2];
        foreach (var key in _values.Keys)
        {
            starts[(key / things) + 2]++;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        _byUser = new (int, TValue)[_values.Count];
        foreach (var (key, value) in _values)
        {
            _byUser[starts[(key / things) + 1]++] = ((int)(key % things), value);
        }

        _starts = starts;
    }
}
