using Microsoft.AspNetCore.Diagnostics;
using UsageAdmin.Accounts;
using UsageAdmin.Data;

namespace UsageAdmin.Server;

/// <summary>Errors as pages for browsers and as problem details for programs, both with the trace id of the log.</summary>
internal static class ErrorAnswers
{
    public static IServiceCollection AddErrorAnswers(this IServiceCollection services) =>
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            if (problem.Type is null || problem.Type.StartsWith("https://", StringComparison.Ordinal))
            {
                problem.Type = TypeOf(problem.Status);
            }

            if (problem.Status == StatusCodes.Status507InsufficientStorage)
            {
                problem.Title = "The server has no room left on its disk.";
            }
        });

    public static void UseErrorAnswers(this WebApplication app)
    {
        app.UseWhen(Problems.WantsHtml, pages =>
        {
            pages.UseExceptionHandler(Failures("/error"));
            pages.UseStatusCodePages(ShowAsync);
        });
        app.UseWhen(http => !http.WantsHtml(), programs =>
        {
            programs.UseExceptionHandler(Failures(null));
            programs.UseStatusCodePages();
        });
    }

    /// <summary>Runs the request again as one for the page of its status. The page gets services of its own.</summary>
    private static async Task ShowAsync(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var (path, query, services) = (http.Request.Path, http.Request.QueryString, http.RequestServices);
        http.Features.Set<IStatusCodeReExecuteFeature>(new StatusCodeReExecuteFeature
        {
            OriginalPath = path,
            OriginalPathBase = http.Request.PathBase,
            OriginalQueryString = query.Value,
        });
        http.SetEndpoint(null);
        http.Request.RouteValues.Clear();
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        try
        {
            http.RequestServices = scope.ServiceProvider;
            http.Request.Path = PageOf(http.Response.StatusCode);
            http.Request.QueryString = QueryString.Empty;
            await context.Next(http);
        }
        finally
        {
            http.RequestServices = services;
            http.Request.Path = path;
            http.Request.QueryString = query;
            http.Features.Set<IStatusCodeReExecuteFeature>(null);
        }
    }

    private static ExceptionHandlerOptions Failures(string? page) => new()
    {
        ExceptionHandlingPath = page,
        CreateScopeForErrors = true,
        StatusCodeSelector = e => e switch
        {
            BadHttpRequestException bad => bad.StatusCode,
            _ when DiskFull.Is(e) => StatusCodes.Status507InsufficientStorage,
            _ => StatusCodes.Status500InternalServerError,
        },
        SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException,
    };

    private static string PageOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "/not-found",
        StatusCodes.Status403Forbidden => "/forbidden",
        _ => "/error",
    };

    private static string TypeOf(int? status) => status switch
    {
        StatusCodes.Status401Unauthorized => "sign-in-required",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not-found",
        StatusCodes.Status507InsufficientStorage => "insufficient-storage",
        >= StatusCodes.Status500InternalServerError => "server-error",
        _ => "bad-request",
    };
}
