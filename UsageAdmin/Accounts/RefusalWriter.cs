using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.Extensions.Options;

namespace UsageAdmin.Accounts;

/// <summary>
/// Answers requests that were not let in: problem details for programs; for browsers the status alone, which the error
/// pages turn into HTML.
/// </summary>
internal sealed class RefusalWriter(IOptions<SupportOptions> support, Refusals refusals) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Forbidden)
        {
            return _default.HandleAsync(next, context, policy, authorizeResult);
        }

        if (context.GetEndpoint() is null)
        {
            context.Features.Set<RightDecision>(new RightDecision.NotFound());
        }

        refusals.Record(context, context.Features.Get<RightDecision>());
        if (context.WantsHtml())
        {
            context.Response.StatusCode = context.Features.Get<RightDecision>() is RightDecision.NotFound
                ? StatusCodes.Status404NotFound
                : StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return Problem(context.Features.Get<RightDecision>()).ExecuteAsync(context);
    }

    private IResult Problem(RightDecision? decision) => decision switch
    {
        RightDecision.NotFound => Problems.NotFound(),
        RightDecision.FeatureDisabled => Problems.FeatureDisabled(support.Value.Contact),
        _ => Problems.Forbidden(),
    };
}
