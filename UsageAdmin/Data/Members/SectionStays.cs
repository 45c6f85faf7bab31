namespace UsageAdmin.Data.Members;

/// <summary>Stays of people in sections, one person's behind the other's.</summary>
internal sealed class SectionStays
{
    private readonly int[] _starts;
    private readonly SectionStay[] _stays;

    public SectionStays(int users, IEnumerable<(int User, SectionStay Stay)> stays)
    {
        var ordered = stays.OrderBy(s => s.User).ToList();
        _stays = [.. ordered.Select(s => s.Stay)];
        _starts = new int[users + 1];
        foreach (var (user, _) in ordered)
        {
            _starts[user + 1]++;
        }

        for (var user = 0; user < users; user++)
        {
            _starts[user + 1] += _starts[user];
        }
    }

    /// <summary>About how much memory they take.</summary>
    public long Bytes => (24L * _stays.Length) + (sizeof(int) * (long)_starts.Length);

    public ReadOnlySpan<SectionStay> Of(int user) => _stays.AsSpan(_starts[user], _starts[user + 1] - _starts[user]);
}

/// <param name="Workspace">The place of the section's workspace.</param>
/// <param name="Section">Its place.</param>
/// <param name="JoinedAt">Milliseconds since 1970; the smallest number where it is unknown.</param>
/// <param name="LeftAt">The first millisecond outside; the largest number while it lasts.</param>
internal readonly record struct SectionStay(int Workspace, int Section, long JoinedAt, long LeftAt);
