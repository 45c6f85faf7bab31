namespace UsageAdmin.Accounts;

/// <summary>Problem details (RFC 9457) of refusals. Their types are part of the outside contract.</summary>
public static class Problems
{
    public static IResult NotFound() => Results.Problem(
        type: "not-found", title: "Not found.", statusCode: StatusCodes.Status404NotFound,
        detail: "There is nothing at this address that you could see.");

    public static IResult Forbidden() => Results.Problem(
        type: "forbidden", title: "Not allowed.", statusCode: StatusCodes.Status403Forbidden,
        detail: "Your roles do not include this right.");

    /// <param name="contact">Setting <c>Support:Contact</c>.</param>
    public static IResult FeatureDisabled(string? contact) => Results.Problem(
        type: "feature-disabled", title: "Exports are not switched on for this organisation.",
        statusCode: StatusCodes.Status403Forbidden,
        detail: contact is null ? "The operator of this instance can switch them on." : $"Contact: {contact}");

    /// <summary>The request shows a key that is wrong, revoked or expired.</summary>
    public static IResult InvalidKey() => Results.Problem(
        type: "invalid-key", title: "The API key is not valid.", statusCode: StatusCodes.Status401Unauthorized,
        detail: "It is wrong, was revoked or has expired. Keys are made in the workspace's settings.");

    /// <summary>To be sent with <c>Retry-After</c>.</summary>
    public static IResult TooManyKeys() => Results.Problem(
        type: "too-many-failures", title: "Too many wrong API keys came from your network.",
        statusCode: StatusCodes.Status429TooManyRequests);

    /// <summary>The form's token is missing, or of another session.</summary>
    public static IResult OutdatedForm() => Results.Problem(
        type: "bad-request", title: "The form is out of date.", statusCode: StatusCodes.Status400BadRequest);

    /// <summary>The request comes from another site's page.</summary>
    public static IResult CrossSite() => Results.Problem(
        type: "cross-site", title: "Requests from other sites are not answered.",
        statusCode: StatusCodes.Status403Forbidden);

    /// <summary>Whether a browser wants to show the answer as a page.</summary>
    public static bool WantsHtml(this HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
