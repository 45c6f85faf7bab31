using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Exports.History;

/// <summary>
/// What the history pages of a workspace and of an organisation share. While an export of the page has not ended, the page
/// looks every second how far it is.
/// </summary>
public abstract class HistoryPage(ExportHistory history, Rights rights, NavigationManager navigation)
    : AddressedPage(navigation)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private Task? _following;

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public HistoryView? View { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected HistoryFilter Filter { get; private set; } = new();

    /// <summary>Why the last request of the reader was not met; null: it was, or there was none.</summary>
    protected string? Notice { get; private set; }

    /// <summary>Exports of the page that have ended while it is open.</summary>
    protected int Ended { get; private set; }

    /// <summary>The id in the address.</summary>
    protected abstract string Place { get; }

    protected abstract Right Right { get; }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var query = QueryHelpers.ParseQuery(Address.Query);
        Filter = HistoryFilter.Parse(query);
        Notice = query.GetValueOrDefault("notice").ToString();
        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            // As for anything that does not exist; the request itself has been answered by the policy already.
            View = null;
            Navigation.NotFound();
            return;
        }

        if (View?.Place != Place)
        {
            View = null;
        }

        if (View?.Query != Filter.ToQueryString())
        {
            ShowLoading();
            View = await history.LoadAsync(scope, Filter, cancellationToken);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (View is { HasActive: true } && _following is not { IsCompleted: false })
        {
            _following = FollowAsync();
        }
    }

    protected async Task<HistoryDetails?> DetailsAsync(string exportId) =>
        await ScopeAsync(_closed.Token) is { } scope ? await history.DetailsAsync(scope, exportId, _closed.Token) : null;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _closed.Cancel();
        _closed.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            while (View is { HasActive: true } && await timer.WaitForNextTickAsync(_closed.Token))
            {
                await RefreshAsync(_closed.Token);
            }
        }
        catch (Exception) when (_closed.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (filter, before) = (Filter, View!);
        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            View = null;
            Navigation.NotFound();
            return;
        }

        var now = await history.LoadAsync(scope, filter, cancellationToken);
        if (ReferenceEquals(before, View))
        {
            View = now;
            Ended += before.Rows.Count(r => r.IsActive && now.Rows.Any(n => n.Id == r.Id && !n.IsActive));
            StateHasChanged();
        }
    }

    /// <summary>Asked for again with every event: a right that was taken away ends at once.</summary>
    private async Task<HistoryScope?> ScopeAsync(CancellationToken cancellationToken)
    {
        var user = (await Authentication).User;
        return await rights.DecideAsync(user, Right, Place, cancellationToken)
            is RightDecision.Granted { Organization: { } organization, Workspace: var workspace }
            ? new HistoryScope(organization, workspace, await rights.SeenExportsAsync(user, organization, cancellationToken))
            : null;
    }
}
