namespace UsageAdmin.Accounts;

/// <summary>The <c>Support</c> section of appsettings.json.</summary>
public sealed class SupportOptions
{
    public const string Section = "Support";

    /// <summary>Whom people ask who need a feature that is switched off: an address or a sentence.</summary>
    public string? Contact { get; init; }
}
