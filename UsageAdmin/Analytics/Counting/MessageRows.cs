using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Analytics.Counting;

/// <summary>A day's roll-up rows with places instead of ids, found once and counted by several counters.</summary>
internal sealed class MessageRows(Facts facts)
{
    private readonly DayRows<MessageColumn> _rows = UsageDays.Messages();

    public int Count => _rows.Count;

    public ReadOnlySpan<long> this[MessageColumn column] => _rows[column];

    /// <summary>Places, as in <see cref="Facts"/>.</summary>
    public int[] Users { get; private set; } = [];

    public int[] Apps { get; private set; } = [];

    /// <summary>The place behind the last model is that of unknown ones.</summary>
    public int[] Models { get; private set; } = [];

    public void Load(UsageSession session, int workspace, long day)
    {
        _rows.Load(session, facts.WorkspaceIds[workspace], day);
        if (Users.Length < Count)
        {
            (Users, Apps, Models) = (new int[2 * Count], new int[2 * Count], new int[2 * Count]);
        }

        var users = _rows[MessageColumn.UserId];
        var apps = _rows[MessageColumn.AppId];
        var models = _rows[MessageColumn.ModelId];
        for (var row = 0; row < Count; row++)
        {
            Users[row] = facts.UserIndexes.Of(users[row]);
            Apps[row] = facts.PlaceOfApp(workspace, apps[row]);
            Models[row] = models[row] == 0 ? facts.Models.Length : facts.ModelIndexes.Of(models[row]);
        }
    }
}
