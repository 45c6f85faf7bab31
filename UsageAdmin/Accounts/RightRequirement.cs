using Microsoft.AspNetCore.Authorization;
using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Accounts;

/// <summary>What a policy for a right demands.</summary>
internal sealed record RightRequirement(Right Right) : IAuthorizationRequirement;

/// <summary>Asks <see cref="Rights"/>, or <see cref="KeyRights"/> where a key was shown, with the ids of the request's or the circuit's route.</summary>
internal sealed class RightHandler(Rights rights, Refusals refusals) : AuthorizationHandler<RightRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context, RightRequirement requirement)
    {
        var http = context.Resource as HttpContext;
        var page = context.Resource as Microsoft.AspNetCore.Components.RouteData;
        var values = http?.Request.RouteValues ?? page?.RouteValues;
        var id = (values?.GetValueOrDefault("workspaceId") ?? values?.GetValueOrDefault("organizationId")) as string;
        var decision = http?.ApiKey() is { } key
            ? KeyRights.Decide(key, requirement.Right, id)
            : await rights.DecideAsync(
                context.User, requirement.Right, id, http?.RequestAborted ?? CancellationToken.None);
        http?.Features.Set(decision);
        if (decision is RightDecision.Granted)
        {
            context.Succeed(requirement);
        }
        else if (page is not null)
        {
            // In a circuit; requests are answered, and their refusals written down, by the middleware.
            refusals.Record(context.User.Actor(), decision, page.Template, PathOf(page));
        }
    }

    private static string PathOf(Microsoft.AspNetCore.Components.RouteData page) => page.RouteValues.Aggregate(
        page.Template ?? "",
        (path, value) => path.Replace(
            $"{{{value.Key}}}", Uri.EscapeDataString($"{value.Value}"), StringComparison.OrdinalIgnoreCase));
}
