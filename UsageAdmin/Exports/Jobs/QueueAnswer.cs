using UsageAdmin.Accounts;

namespace UsageAdmin.Exports.Jobs;

/// <summary>Answers a request that wanted an export in the background.</summary>
public static class QueueAnswer
{
    /// <summary>In the query string of the history page: the queue had no room.</summary>
    internal const string QueueFull = "queue-full";

    /// <summary>A browser is led to the history; a program gets 202 with the export's address, or 429.</summary>
    /// <param name="history">The page's address.</param>
    /// <param name="exportId">Null: the queue is full.</param>
    public static IResult Of(HttpContext http, string history, string? exportId)
    {
        if (http.WantsHtml())
        {
            return Results.LocalRedirect(exportId is null ? $"{history}?notice={QueueFull}" : history);
        }

        if (exportId is not null)
        {
            http.Response.Headers["X-Export-Id"] = exportId;
            return Results.Accepted($"{http.Request.PathBase}/exports/{exportId}");
        }

        http.Response.Headers.RetryAfter = "60";
        return Results.Problem(
            statusCode: StatusCodes.Status429TooManyRequests, type: "too-many-exports",
            title: $"{QueuedExports.MostQueued} exports of the organisation are waiting already. Try again when some of them are done.");
    }
}
