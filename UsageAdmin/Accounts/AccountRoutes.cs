namespace UsageAdmin.Accounts;

/// <summary>Routes that other features lead to.</summary>
public static class AccountRoutes
{
    public const string Login = "/account/login";
    public const string Logout = "/account/logout";
    public const string Setup = "/setup";
    public const string NoAccess = "/account/no-access";
    public const string Forbidden = "/forbidden";
}
