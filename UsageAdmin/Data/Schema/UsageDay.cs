namespace UsageAdmin.Data.Schema;

/// <summary>
/// A day of UTC on which a workspace has conversations or roll-up rows. Once it has come to rest these are packed, as
/// <see cref="PackedDay"/>. Whoever changes a row of the day takes what was packed away in the same transaction, so it is
/// never wrong: it is there or not.
/// </summary>
public sealed class UsageDay
{
    public long WorkspaceId { get; set; }

    /// <summary>Start of the day.</summary>
    public DateTime DayUtc { get; set; }

    /// <summary>When one of its rows was last written.</summary>
    public DateTime ChangedAtUtc { get; set; }

    public bool IsPacked { get; set; }
}

/// <summary>Rows of one kind of a packed day, as columns of numbers.</summary>
public sealed class PackedDay
{
    public long WorkspaceId { get; set; }

    public PackedKind Kind { get; set; }

    /// <summary>Start of the day.</summary>
    public DateTime DayUtc { get; set; }

    public required byte[] Columns { get; set; }
}

/// <summary>What is packed together because it is read together. Numbers are stored: never change one.</summary>
public enum PackedKind
{
    /// <summary>Which users used which apps.</summary>
    Pairs = 1,

    /// <summary>The conversations that started.</summary>
    Starts = 2,

    /// <summary>How long the conversations that started took.</summary>
    Durations = 3,

    /// <summary>What models did: requests, tokens, cost.</summary>
    Requests = 5,

    /// <summary>The messages of the roll-up. Number 4 was this without projects.</summary>
    Messages = 6,

    /// <summary>Messages made with tools.</summary>
    Actions = 7,

    /// <summary>What single answers took.</summary>
    Answers = 8,

    /// <summary>What the conversations that started are chosen by, and hold.</summary>
    Conversations = 9,
}
