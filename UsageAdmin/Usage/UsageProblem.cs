namespace UsageAdmin.Usage;

/// <summary>What is wrong with a field of an address or with an option of a command.</summary>
public enum UsageProblem
{
    UnknownRange,
    RangeAndDays,
    NoRange,
    NotADay,
    Missing,
    Reversed,

    /// <summary>Before <see cref="UsageScope.FirstDay"/>.</summary>
    TooOld,

    /// <summary>Starts after today.</summary>
    NotYet,

    /// <summary>Ends after <see cref="UsageFilter.LastDay"/>.</summary>
    TooLate,
    UnknownType,
    UnknownLayout,

    /// <summary>Workflows, where they are switched off.</summary>
    NotOn,
    NoBoolean,

    /// <summary>It has one value, and nobody can know which one was meant.</summary>
    Twice,
}

/// <summary>What is wrong, field by field, and what would be right.</summary>
public static class UsageProblems
{
    /// <summary>In English, as answers and commands say it.</summary>
    /// <param name="today">In the organisation's zone.</param>
    public static IReadOnlyDictionary<string, string[]> InWords(
        IReadOnlyDictionary<string, UsageProblem> problems, DateOnly today) =>
        problems.ToDictionary(p => p.Key, p => new[] { InWords(p.Value, today) });

    private static string InWords(UsageProblem problem, DateOnly today) => problem switch
    {
        UsageProblem.UnknownRange => $"Must be one of {string.Join(", ", Exports.RangePresets.Names.Keys)}.",
        UsageProblem.RangeAndDays => "Give either range, or from and to.",
        UsageProblem.NoRange => "Is missing: give range, or from and to.",
        UsageProblem.NotADay => "Must be a day as YYYY-MM-DD.",
        UsageProblem.Missing => "Is missing: from and to go together.",
        UsageProblem.Reversed => "Must not be before from.",
        UsageProblem.TooOld => FormattableString.Invariant(
            $"Must not be before {UsageScope.FirstDay(today):yyyy-MM-dd}: usage reaches back {UsageScope.HistoryMonths} months."),
        UsageProblem.NotYet => FormattableString.Invariant($"Must not be after today, {today:yyyy-MM-dd}."),
        UsageProblem.TooLate => FormattableString.Invariant($"Must not be after {UsageFilter.LastDay(today):yyyy-MM-dd}."),
        UsageProblem.UnknownType => $"Must be one of {string.Join(", ", UsageDataTypes.All.Select(UsageDataTypes.NameOf))}.",
        UsageProblem.UnknownLayout => $"Must be {UsageFilter.ExtendedLayout}, or left out.",
        UsageProblem.NotOn => "Workflows are not switched on for this workspace.",
        UsageProblem.Twice => "Stands twice.",
        _ => "Must be true or false.",
    };
}
