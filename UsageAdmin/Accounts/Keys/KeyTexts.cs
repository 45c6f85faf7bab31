namespace UsageAdmin.Accounts.Keys;

/// <summary>Names the texts about API keys: KeyTexts.resx and its languages.</summary>
public sealed class KeyTexts;
