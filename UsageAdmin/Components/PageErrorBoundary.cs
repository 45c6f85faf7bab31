using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Localization;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Components;

/// <summary>
/// Shows a failure inside the page instead of breaking the circuit: what happened, a number to find it in the log, and a way
/// to try again.
/// </summary>
public sealed partial class PageErrorBoundary : ErrorBoundary
{
    private string _trace = "";

    [Inject]
    private ILogger<PageErrorBoundary> Logger { get; set; } = default!;

    [Inject]
    private IStringLocalizer<ShellTexts> Texts { get; set; } = default!;

    protected override Task OnErrorAsync(Exception exception)
    {
        _trace = System.Diagnostics.Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        LogPageFailed(Logger, _trace, exception);
        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }

        builder.OpenComponent<ErrorState>(1);
        builder.AddComponentParameter(2, nameof(ErrorState.Title), Texts["Failed.Title"].Value);
        builder.AddComponentParameter(3, nameof(ErrorState.Text), Texts["Failed.Text"].Value);
        builder.AddComponentParameter(4, nameof(ErrorState.Trace), Texts["Error.Trace", _trace].Value);
        builder.AddComponentParameter(5, nameof(ErrorState.Retry), Texts["Failed.Retry"].Value);
        builder.AddComponentParameter(
            6, nameof(ErrorState.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    [LoggerMessage(LogLevel.Error, "A page failed, trace {Trace}")]
    private static partial void LogPageFailed(ILogger logger, string trace, Exception exception);
}
