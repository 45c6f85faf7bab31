using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Activity;

/// <summary>
/// The conversations of the one query, from the roll-up: a UTC day at a time, in order of their start, then number. What
/// is counted or skipped is never read whole.
/// </summary>
internal sealed class ActivityDays(UsageSession session, ActivitySelection selection, CancellationToken cancellationToken)
{
    private readonly DayRows<ConversationColumn> _rows = UsageDays.Conversations();
    private readonly long _workspace = selection.Scope.Workspace.Id;
    private readonly long _from = UnixMilliseconds.From(selection.FromUtc);
    private readonly long _to = UnixMilliseconds.From(selection.ToUtc);
    private int[] _chosen = [];

    /// <summary>Those of the selection's range on which the workspace has anything, oldest first.</summary>
    public IReadOnlyList<long> Days { get; } = UsageDays.Between(
        session, selection.Scope.Workspace.Id, UnixMilliseconds.From(selection.FromUtc), UnixMilliseconds.From(selection.ToUtc));

    /// <summary>A column of the loaded day.</summary>
    public ReadOnlySpan<long> this[ConversationColumn column] => _rows[column];

    /// <summary>Loads one of <see cref="Days"/>.</summary>
    /// <returns>The places of the selection's conversations in the day's columns; valid until the next is loaded.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public ReadOnlySpan<int> Load(long day)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _rows.Load(session, _workspace, day);
        if (_chosen.Length < _rows.Count)
        {
            _chosen = new int[_rows.Count * 2];
        }

        var isWhole = _from <= day && day + UsageDays.Milliseconds <= _to;
        var count = 0;
        for (var row = 0; row < _rows.Count; row++)
        {
            if ((isWhole || IsInRange(_rows[ConversationColumn.CreatedAt][row]))
                && (selection.HasAll || selection.Matches(new Conversation(_rows, row))))
            {
                _chosen[count++] = row;
            }
        }

        return _chosen.AsSpan(0, count);
    }

    private bool IsInRange(long createdAt) => createdAt >= _from && createdAt < _to;

    private readonly struct Conversation(DayRows<ConversationColumn> rows, int row) : IChosenConversation
    {
        public long CreatedAt => rows[ConversationColumn.CreatedAt][row];

        public long UserId => rows[ConversationColumn.UserId][row];

        public long? AppId => Known(rows[ConversationColumn.AppId][row]);

        public long? SectionId => Known(rows[ConversationColumn.SectionId][row]);

        public MessageMarks Marks => (MessageMarks)rows[ConversationColumn.Marks][row];

        private static long? Known(long id) => id == 0 ? null : id;
    }
}
