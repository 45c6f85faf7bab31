using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Page;

/// <summary>
/// Uploads, their previews, imports and their reports, for who manages the workspace. While something gets on by itself, the
/// page looks every second how far it is.
/// </summary>
public sealed partial class ImportPage(Rights rights, NavigationManager navigation) : AddressedPage(navigation)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private ImportAddress _address = new();
    private Task? _following;
    private string? _news;

    [Parameter]
    public string WorkspaceId { get; set; } = "";

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public ImportView? View { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override string Path => $"/w/{WorkspaceId}/import";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View!.TimeZone);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _address = ImportAddress.Parse(Address.Query);
        if (View?.Place != WorkspaceId)
        {
            View = null;
        }

        if (View?.Query != _address.ToQueryString())
        {
            ShowLoading();
            await ShowAsync(cancellationToken);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (View is { IsActive: true } && _following is not { IsCompleted: false })
        {
            _following = FollowAsync();
        }
    }

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
            while (View is { IsActive: true } && await timer.WaitForNextTickAsync(_closed.Token))
            {
                var before = View;
                if (await LoadViewAsync(_closed.Token) is var now && ReferenceEquals(before, View))
                {
                    View = now;
                    Tell(before, now);
                    StateHasChanged();
                }
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

    private async Task ShowAsync(CancellationToken cancellationToken)
    {
        View = await LoadViewAsync(cancellationToken);
        if (View?.Upload is { Row: { State: UploadState.Ended, ImportId: { } import } })
        {
            Navigation.NavigateTo(Path + new ImportAddress { Import = import }.ToQueryString(), replace: true);
        }
    }

    /// <summary>The right is asked for again with every event: one that was taken away ends at once.</summary>
    private async Task<ImportView?> LoadViewAsync(CancellationToken cancellationToken)
    {
        var user = (await Authentication).User;
        if (await rights.DecideAsync(user, Right.ManageWorkspace, WorkspaceId, cancellationToken)
                is RightDecision.Granted { Organization: { } organization, Workspace: { } workspace }
            && Rights.AccountId(user) is { } account)
        {
            return await Query.LoadAsync(organization, workspace, account, _address, cancellationToken);
        }

        // As for anything that does not exist; the request itself has been answered by the policy already.
        Navigation.NotFound();
        return null;
    }

    /// <summary>What somebody who hears the page is told, and where it leads when an import is done.</summary>
    private void Tell(ImportView before, ImportView? now)
    {
        if (now?.Upload is { Row: { State: UploadState.Ended, ImportId: { } import } })
        {
            Navigation.NavigateTo(Path + new ImportAddress { Import = import }.ToQueryString(), replace: true);
        }
        else if (before.Upload is { Row: { IsActive: true } } && now?.Upload is { Row: { IsActive: false } ended })
        {
            _news = T[ended.Failure is null ? "News.Checked" : "News.Failed"];
        }
        else if (before.Report is { Row: { IsActive: true } } && now?.Report is { Row: { IsActive: false } })
        {
            _news = T["News.Ended"];
        }
    }
}
