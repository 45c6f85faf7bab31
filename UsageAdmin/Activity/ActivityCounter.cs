using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Activity;

/// <summary>Counts a selection's conversations, day by day.</summary>
internal sealed class ActivityCounter(ActivitySelection selection)
{
    /// <summary>Of the file around its conversations and messages: measured on the format itself.</summary>
    private const int BytesPerFile = 440;
    private const int BytesPerConversation = 400;
    private const int BytesPerMessage = 195;

    private readonly IdSet _people = new();
    private readonly DayCounter _days = new(selection.Scope.Zone);
    private long _messages;
    private long _userMessages;
    private long _flagged;
    private long _flaggedIn;
    private long _moderated;
    private long _moderatedIn;
    private long _content;

    public long Conversations { get; private set; }

    /// <param name="rows">Of the loaded day, which lies behind those before.</param>
    public void Add(ActivityDays day, ReadOnlySpan<int> rows)
    {
        Conversations += rows.Length;
        var createdAt = day[ConversationColumn.CreatedAt];
        var users = day[ConversationColumn.UserId];
        var messages = day[ConversationColumn.Messages];
        foreach (var row in rows)
        {
            _messages += messages[row];
            _people.Add(users[row]);
            _days.Add(createdAt[row], messages[row]);
        }

        _userMessages += Sum(day[ConversationColumn.UserMessages], rows);
        _content += Sum(day[ConversationColumn.ContentBytes], rows);
        var marks = day[ConversationColumn.Marks];
        _flaggedIn += Count(marks, rows, MessageMarks.AnyFeedback);
        _moderatedIn += Count(marks, rows, MessageMarks.Moderated);
        _flagged += Sum(day[ConversationColumn.FlaggedMessages], rows);
        _moderated += Sum(day[ConversationColumn.ModeratedMessages], rows);
    }

    public ActivityFigures Figures()
    {
        var bytes = BytesPerFile + (Conversations * BytesPerConversation) + (_messages * BytesPerMessage) +
            (selection.Scope.Identified ? _content : -11 * _messages);
        return new ActivityFigures(
            Conversations, _messages, _userMessages, _people.Count, _flagged, _flaggedIn, _moderated, _moderatedIn, bytes,
            _days.Days(selection.Days));
    }

    private static long Sum(ReadOnlySpan<long> column, ReadOnlySpan<int> rows)
    {
        var sum = 0L;
        foreach (var row in rows)
        {
            sum += column[row];
        }

        return sum;
    }

    private static long Count(ReadOnlySpan<long> marks, ReadOnlySpan<int> rows, MessageMarks wanted)
    {
        var count = 0L;
        foreach (var row in rows)
        {
            count += ((MessageMarks)marks[row] & wanted) != 0 ? 1 : 0;
        }

        return count;
    }
}
