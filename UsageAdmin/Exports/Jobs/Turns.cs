namespace UsageAdmin.Exports.Jobs;

/// <summary>
/// Whose turn it is. Among organisations that may run one more, the one that runs fewest, then the one that has waited
/// longest since its last start: whoever asks for many delays others by one at most.
/// </summary>
internal sealed class Turns(int most, int mostOfOrganization)
{
    private readonly Dictionary<string, long> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<long, long> _lastStart = [];
    private long _starts;

    /// <summary>Takes the next one's turn; null: nobody may start now.</summary>
    /// <param name="queued">In the order in which they were asked for; those that have their turn are passed over.</param>
    public QueuedExport? Take(IReadOnlyList<QueuedExport> queued)
    {
        if (_running.Count >= most)
        {
            return null;
        }

        var next = queued.Where(q => !_running.ContainsKey(q.PublicId) && RunningOf(q.OrganizationId) < mostOfOrganization)
            .OrderBy(q => RunningOf(q.OrganizationId)).ThenBy(q => _lastStart.GetValueOrDefault(q.OrganizationId))
            .FirstOrDefault();
        if (next is not null)
        {
            _running.Add(next.PublicId, next.OrganizationId);
            _lastStart[next.OrganizationId] = ++_starts;
        }

        return next;
    }

    public void Return(QueuedExport export) => _running.Remove(export.PublicId);

    private int RunningOf(long organizationId) => _running.Values.Count(o => o == organizationId);
}
