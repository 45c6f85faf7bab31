using Microsoft.AspNetCore.Authorization;

namespace UsageAdmin.Accounts;

/// <summary>
/// Lets in only who has the right to the workspace or organisation that the route names as <c>workspaceId</c> or
/// <c>organizationId</c>. For endpoints and for pages.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireRightAttribute : AuthorizeAttribute
{
    public RequireRightAttribute(Right right)
    {
        Right = right;
        Policy = PolicyOf(right);
    }

    public Right Right { get; }

    internal static string PolicyOf(Right right) => $"right:{right}";
}
