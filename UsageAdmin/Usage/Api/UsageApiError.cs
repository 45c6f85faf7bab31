using System.Text.Json.Serialization;
using UsageAdmin.Data;

namespace UsageAdmin.Usage.Api;

/// <summary>
/// An error of the usage-export API: flat, as other servers of this contract answer, and no problem details (exports.md 2.4).
/// </summary>
/// <param name="Error">The kind, for programs.</param>
/// <param name="Message">For people: what is wrong and what would be right.</param>
/// <param name="Code">A constant that clients of other servers look for; null: none.</param>
internal sealed record UsageApiError(
    [property: JsonIgnore] int Status, string Error, string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null) : IResult
{
    public static UsageApiError Unauthorized { get; } =
        new(StatusCodes.Status401Unauthorized, "Unauthorized", "Invalid or missing API key");

    public static UsageApiError UnknownType { get; } = new(
        StatusCodes.Status404NotFound, "Not found",
        "There is no such export. Data types are users, assistants (or agents), workflows, projects and models.");

    public static UsageApiError NoData { get; } = new(
        StatusCodes.Status404NotFound, "No data found", "No usage data found for the selected period");

    public static UsageApiError NoWorkflows { get; } = new(
        StatusCodes.Status404NotFound, "No data found",
        "No usage data found for the selected period: workflows are not enabled for this workspace");

    public static UsageApiError NotAllowed { get; } = new(
        StatusCodes.Status405MethodNotAllowed, "Method not allowed", "Exports are made by POST");

    public static UsageApiError TooLong { get; } = new(
        StatusCodes.Status413PayloadTooLarge, "Request too large",
        $"The body may have at most {UsageApiBody.MaxBytes} bytes");

    public static UsageApiError NoJson { get; } = new(
        StatusCodes.Status415UnsupportedMediaType, "Unsupported media type",
        "Send the body as application/json in UTF-8, without Content-Encoding");

    public static UsageApiError Invalid(string message) =>
        new(StatusCodes.Status400BadRequest, "Invalid request", message);

    public static UsageApiError InvalidRange(string message) =>
        new(StatusCodes.Status400BadRequest, "Invalid date range", message);

    public static UsageApiError Forbidden(string message) => new(StatusCodes.Status403Forbidden, "Forbidden", message);

    public static UsageApiError TooManyExports { get; } =
        TooMany("Too many exports are being made. Try again in a few seconds.");

    public static UsageApiError TooMany(string message) =>
        new(StatusCodes.Status429TooManyRequests, "Too many requests", message);

    /// <summary>What of a failure the caller may know.</summary>
    /// <param name="trace">Under which the log says more.</param>
    public static UsageApiError Of(Exception failure, string trace) => failure switch
    {
        _ when DatabaseBusy.Is(failure) => new(
            StatusCodes.Status503ServiceUnavailable, "Export failed", "The database is busy. Try again in a few seconds."),
        _ when DiskFull.Is(failure) => new(
            StatusCodes.Status507InsufficientStorage, "Export failed", "The server has no room left on its disk."),
        _ => new(
            StatusCodes.Status500InternalServerError, "Export failed",
            $"The export could not be made. The server's log says why, under {trace}."),
    };

    public Task ExecuteAsync(HttpContext httpContext) =>
        UsageApiJson.Answer(this, Status).ExecuteAsync(httpContext);
}
