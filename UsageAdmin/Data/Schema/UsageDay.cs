namespace UsageAdmin.Data.Schema;

/// <summary>
/// A day of UTC on which a workspace has conversations or roll-up rows, and those rows packed into columns once the day has
/// come to rest. Whoever changes a row of the day takes the packed columns away in the same transaction, so they are never
/// wrong: they are there or not.
/// </summary>
public sealed class UsageDay
{
    public long WorkspaceId { get; set; }

    /// <summary>Start of the day.</summary>
    public DateTime DayUtc { get; set; }

    /// <summary>When one of its rows was last written.</summary>
    public DateTime ChangedAtUtc { get; set; }

    /// <summary>Which users used which apps on the day; null: not packed.</summary>
    public byte[]? Pairs { get; set; }

    /// <summary>The conversations that started on the day; null: not packed.</summary>
    public byte[]? Starts { get; set; }

    /// <summary>The day's rows of <see cref="UsageSlot"/>; null: not packed.</summary>
    public byte[]? Slots { get; set; }
}
