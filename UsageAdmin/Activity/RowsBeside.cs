using UsageAdmin.Data;

namespace UsageAdmin.Activity;

/// <summary>
/// Rows of a table that belong to one conversation, or one message, after the other. Where all conversations of a range are
/// wanted, one query reads them beside these, once the first is asked for; where a filter picks some, each is looked up.
/// </summary>
internal sealed class RowsBeside
{
    private readonly Statement _named;
    private readonly Statement? _range;
    private (long CreatedAt, long No, long? Seq) _current;
    private bool _isNamed;
    private bool _isAhead;
    private bool _hasRow;

    /// <param name="from">Milliseconds since 1970; only conversations that start then or later and before <paramref name="to"/>.</param>
    /// <param name="order">What rows of one message are ordered by; null: they are the messages themselves, those of people and models.</param>
    public RowsBeside(
        UsageSession session, ActivitySelection selection, long from, long to, string table, string columns, string? order)
    {
        var workspace = selection.Scope.Workspace.Id;
        _named = session.Prepare(Query(
            "conversation_created_at = ?2 AND conversation_no = ?3" + (order is null ? "" : " AND seq = ?4"))).Bind(1, workspace);
        Row = _named;
        if (selection.HasAll)
        {
            _range = session.PrepareScan(Query("conversation_created_at >= ?2 AND conversation_created_at < ?3"))
                .Bind(1, workspace).Bind(2, from).Bind(3, to);
        }

        string Query(string which) =>
            $"""
            SELECT conversation_created_at, conversation_no, seq, {columns} FROM {table}
            WHERE workspace_id = ?1 AND {which}{(order is null ? " AND source <= 2" : "")}
            ORDER BY conversation_created_at, conversation_no, seq{(order is null ? "" : $", {order}")}
            """;
    }

    /// <summary>The row: conversation_created_at, conversation_no, seq, then the columns.</summary>
    public Statement Row { get; private set; }

    /// <summary>Goes on to a conversation or message, which is behind the one before.</summary>
    /// <param name="isTie">Other conversations start in the same millisecond, in another order than their numbers.</param>
    public void GoTo(ConversationRow conversation, bool isTie, long? seq = null)
    {
        _current = (conversation.CreatedAt, conversation.No, seq);
        _isNamed = isTie || _range is null;
        if (_isNamed)
        {
            Row = _named.Reset().Bind(2, conversation.CreatedAt).Bind(3, conversation.No);
            _ = seq is { } message ? Row.Bind(4, message) : null;
            return;
        }

        Row = _range!;
        LookAhead();
        while (_hasRow && Key().CompareTo(_current) < 0)
        {
            _hasRow = Row.Step();
        }
    }

    /// <summary>Moves to the next row of the conversation or message, in order; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_isNamed)
        {
            return Row.Step();
        }

        LookAhead();
        if (!_hasRow || Key() != _current)
        {
            return false;
        }

        _isAhead = false;
        return true;
    }

    private (long CreatedAt, long No, long? Seq) Key() =>
        (Row.Number(0), Row.Number(1), _current.Seq is null ? null : Row.Number(2));

    private void LookAhead()
    {
        if (!_isAhead)
        {
            (_hasRow, _isAhead) = (Row.Step(), true);
        }
    }
}
