using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Activity;

/// <summary>
/// The one query: a selection's conversations in order of their start, then number. Columns are read where they lie; the
/// properties are those of the current row.
/// </summary>
internal sealed class ConversationScan : IChosenConversation
{
    private const string Columns =
        """
        SELECT created_at, no, user_id, app_id, section_id, marks, message_count, user_message_count,
        flagged_message_count, moderated_message_count, content_json_bytes, last_model_id, temperature, ended_at,
        external_id, public_id FROM conversation WHERE workspace_id = ?1
        """;

    private readonly ActivitySelection _selection;
    private readonly Statement _row;
    private readonly CancellationToken _cancellationToken;
    private int _sinceCheck;

    /// <summary>
    /// Those of the selection that start at <paramref name="from"/> or later and before <paramref name="to"/>, all of which
    /// are to be read.
    /// </summary>
    /// <param name="from">Milliseconds since 1970.</param>
    public ConversationScan(
        UsageSession session, ActivitySelection selection, long from, long to, CancellationToken cancellationToken)
        : this(
            session.PrepareScan($"{Columns} AND created_at >= ?2 AND created_at < ?3 ORDER BY created_at, no").Bind(2, from).Bind(3, to),
            selection, cancellationToken)
    {
    }

    /// <summary>Those with the keys that are the selection's.</summary>
    public ConversationScan(
        UsageSession session, ActivitySelection selection, IReadOnlyList<(long CreatedAt, long No)> keys,
        CancellationToken cancellationToken)
        : this(
            session.Prepare(
                    $"""
                    {Columns} AND created_at IN ({session.Sql.NumbersOf("?2")}) AND no IN ({session.Sql.NumbersOf("?3")})
                    ORDER BY created_at, no
                    """)
                .Bind(2, JsonSerializer.Serialize(keys.Select(key => key.CreatedAt).Distinct()))
                .Bind(3, JsonSerializer.Serialize(keys.Select(key => key.No))),
            selection, cancellationToken)
    {
    }

    private ConversationScan(
        Statement row, ActivitySelection selection, CancellationToken cancellationToken)
    {
        _selection = selection;
        _cancellationToken = cancellationToken;
        _row = row.Bind(1, selection.Scope.Workspace.Id);
    }

    public long CreatedAt => _row.Number(0);

    public long No => _row.Number(1);

    public long UserId => _row.Number(2);

    public long? AppId => _row.NullableNumber(3);

    public long? SectionId => _row.NullableNumber(4);

    public MessageMarks Marks => (MessageMarks)_row.Number(5);

    public long MessageCount => _row.Number(6);

    public long UserMessageCount => _row.Number(7);

    public long FlaggedMessageCount => _row.Number(8);

    public long ModeratedMessageCount => _row.Number(9);

    public long ContentJsonBytes => _row.Number(10);

    public long? LastModelId => _row.NullableNumber(11);

    public double? Temperature => _row.NullableReal(12);

    /// <summary>Milliseconds since 1970.</summary>
    public long? EndedAt => _row.NullableNumber(13);

    /// <summary>The id people see, UTF-8, valid until the next move.</summary>
    public ReadOnlySpan<byte> PublicId => _row.IsNull(15) ? _row.Utf8(14) : _row.Utf8(15);

    /// <summary>Moves to the next matching conversation; false behind the last.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone; looked at every 1,000 rows.</exception>
    public bool MoveNext()
    {
        while (_row.Step())
        {
            if (++_sinceCheck == 1000)
            {
                _sinceCheck = 0;
                _cancellationToken.ThrowIfCancellationRequested();
            }

            if (_selection.Matches(this))
            {
                return true;
            }
        }

        return false;
    }
}
