using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace UsageAdmin.Components.Shared;

/// <summary>
/// A page whose whole state is its address: whatever is chosen becomes a new one, and that is loaded. A newer address
/// cancels the load of the one before.
/// </summary>
public abstract class AddressedPage(NavigationManager navigation) : ComponentBase, IDisposable
{
    private CancellationTokenSource _load = new();

    /// <summary>Of the page's address, without its query string.</summary>
    protected abstract string Path { get; }

    /// <summary>Something newer than what is shown is on its way.</summary>
    protected bool IsLoading { get; private set; }

    protected NavigationManager Navigation => navigation;

    protected Uri Address => navigation.ToAbsoluteUri(navigation.Uri);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Loads what the address asks for, after <see cref="ShowLoading"/> if that takes a while.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    protected void ShowLoading()
    {
        IsLoading = true;
        StateHasChanged();
    }

    protected override void OnInitialized() => navigation.LocationChanged += Follow;

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected virtual void Dispose(bool disposing)
    {
        navigation.LocationChanged -= Follow;
        _load.Cancel();
        _load.Dispose();
    }

    private void Follow(object? sender, LocationChangedEventArgs e)
    {
        if (new Uri(e.Location).AbsolutePath == Path)
        {
            _ = InvokeAsync(FollowAsync);
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            await LoadAsync();
            StateHasChanged();
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task LoadAsync()
    {
        await _load.CancelAsync();
        _load.Dispose();
        _load = new CancellationTokenSource();
        var token = _load.Token;
        try
        {
            await LoadAsync(token);
            IsLoading = false;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
        }
    }
}
