namespace UsageAdmin.Organizations;

/// <summary>What the forms of the settings pages post. A box that is not ticked posts nothing.</summary>
public sealed class GeneralForm
{
    public string? Name { get; set; }

    public string? Zone { get; set; }

    /// <summary><c>monday</c> or <c>sunday</c>.</summary>
    public string? WeekStart { get; set; }
}

/// <summary>User-level data of an organisation or workspace.</summary>
public sealed class PrivacyForm
{
    public bool UserLevelData { get; set; }

    /// <summary>Needed to show again what was hidden.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>What was asked for, where user-level data is shown now or not.</summary>
    /// <exception cref="InvalidOrganizationException">It would be shown again without having been confirmed.</exception>
    internal bool Over(bool isOn) => isOn || !UserLevelData || IsConfirmed
        ? UserLevelData
        : throw new InvalidOrganizationException("confirmation", "Showing user-level data again must be confirmed.");
}

/// <summary>What usage pages and exports show.</summary>
public sealed class UsageForm
{
    public bool Workflows { get; set; }

    /// <summary><c>automatic</c>, <c>on</c> or <c>off</c>.</summary>
    public string? Tokens { get; set; }

    public bool Ranks { get; set; }
}

/// <summary>The note on handling exported data.</summary>
public sealed class NoteForm
{
    public string? Text { get; set; }
}

/// <summary>The export feature, for the operator.</summary>
public sealed class ExportsForm
{
    public bool Exports { get; set; }
}
