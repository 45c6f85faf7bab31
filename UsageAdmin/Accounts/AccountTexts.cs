namespace UsageAdmin.Accounts;

/// <summary>Names the texts of the account pages: AccountTexts.resx and its languages.</summary>
public sealed class AccountTexts;
