using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Usage.Counting;

/// <summary>Several days in memory that are counted together. One object serves many days.</summary>
internal sealed class LoadedDays(UsagePeriod period) : IDisposable
{
    private readonly List<LoadedDay> _days = [];
    private readonly PackedBytes _bytes = new();

    public int Count { get; private set; }

    public LoadedDay this[int day] => _days[day];

    /// <summary>Loads days until they have so many bytes; false: there are none left.</summary>
    public bool Load(UsageSession session, long workspaceId, IEnumerator<long> days, bool withAnswers, int bytes)
    {
        _bytes.Clear();
        for (Count = 0; _bytes.Count < bytes && days.MoveNext(); Count++)
        {
            if (Count == _days.Count)
            {
                _days.Add(new LoadedDay(period));
            }

            _days[Count].Load(session, workspaceId, days.Current, withAnswers, _bytes);
        }

        return Count > 0;
    }

    public void Dispose() => _bytes.Dispose();
}
