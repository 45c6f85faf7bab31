using UsageAdmin.Data.Schema;

namespace UsageAdmin.Activity;

/// <summary>
/// The scan's rows copied out of the statement, oldest first; those of the same millisecond in ordinal order of the id
/// that people see, so that the order does not depend on what came in first (decisions.md 3).
/// </summary>
internal sealed class OrderedConversations(ConversationScan scan)
{
    private readonly List<ConversationRow> _ties = [];
    private int _next;
    private bool _ahead;
    private bool _started;

    public ConversationRow Current { get; private set; } = null!;

    /// <summary>Whether others start in the same millisecond.</summary>
    public bool IsTie => _ties.Count > 1;

    public bool MoveNext()
    {
        if (_next == _ties.Count && !ReadTies())
        {
            return false;
        }

        Current = _ties[_next++];
        return true;
    }

    private bool ReadTies()
    {
        if (!_started)
        {
            _started = true;
            _ahead = scan.MoveNext();
        }

        _ties.Clear();
        _next = 0;
        if (!_ahead)
        {
            return false;
        }

        var createdAt = scan.CreatedAt;
        do
        {
            _ties.Add(new ConversationRow(scan));
            _ahead = scan.MoveNext();
        }
        while (_ahead && scan.CreatedAt == createdAt);

        if (_ties.Count > 1)
        {
            _ties.Sort((a, b) => a.PublicId.Span.SequenceCompareTo(b.PublicId.Span));
        }

        return true;
    }
}

/// <summary>One conversation's columns, copied.</summary>
internal sealed class ConversationRow(ConversationScan scan)
{
    public long CreatedAt { get; } = scan.CreatedAt;

    public long No { get; } = scan.No;

    public long UserId { get; } = scan.UserId;

    public long? AppId { get; } = scan.AppId;

    public long? SectionId { get; } = scan.SectionId;

    public MessageMarks Marks { get; } = scan.Marks;

    public long MessageCount { get; } = scan.MessageCount;

    public long UserMessageCount { get; } = scan.UserMessageCount;

    public long FlaggedMessageCount { get; } = scan.FlaggedMessageCount;

    public long ModeratedMessageCount { get; } = scan.ModeratedMessageCount;

    public long? LastModelId { get; } = scan.LastModelId;

    public double? Temperature { get; } = scan.Temperature;

    public long? EndedAt { get; } = scan.EndedAt;

    public ReadOnlyMemory<byte> PublicId { get; } = scan.PublicId.ToArray();
}
