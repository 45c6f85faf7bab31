using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Exports;

namespace UsageAdmin.Audit;

/// <summary>The audit log of an organisation.</summary>
public sealed partial class AuditOverview(AuditQuery query, AuditChain chain, Rights rights, NavigationManager navigation)
    : AddressedPage(navigation)
{
    private static readonly RangePreset[] Offered =
    [
        RangePreset.Today, RangePreset.Last7Days, RangePreset.ThisWeek, RangePreset.LastWeek, RangePreset.ThisMonth,
        RangePreset.LastMonth, RangePreset.Last12Months,
    ];

    private readonly CancellationTokenSource _closed = new();
    private AuditFilter _filter = new();
    private IReadOnlyCollection<string> _problems = [];
    private AuditChainResult? _checked;
    private bool _isChecking;

    [Parameter]
    public string OrganizationId { get; set; } = "";

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public AuditView? View { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override string Path => $"/o/{OrganizationId}/audit";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View!.TimeZone);

    private int Pages => (int)((View!.Total + AuditView.PageSize - 1) / AuditView.PageSize);

    private long First => ((_filter.Page - 1L) * AuditView.PageSize) + 1;

    private string RangeName => _filter.Preset is { } preset
        ? T[$"Range.{preset}"]
        : T[View!.Days is null ? "Range.All" : "Range.Custom"];

    private (DateOnly From, DateOnly To) FormDays =>
        View!.Days is { } days ? (days.From, days.To) : (View.Today.AddDays(-6), View.Today);

    private IEnumerable<RangeMenu.Preset> Presets => Offered
        .Select(preset => (Preset: preset, Days: preset.Resolve(View!.Today, View.FirstDayOfWeek)))
        .Select(p => new RangeMenu.Preset(
            T[$"Range.{p.Preset}"], Display.Days(p.Days.From, p.Days.To),
            To(_filter with { Preset = p.Preset, Days = null }), _filter.Preset == p.Preset))
        .Append(new RangeMenu.Preset(
            T["Range.All"], "", To(_filter with { Preset = null, Days = null }), View!.Days is null));

    private IEnumerable<LinkMenu.Item> GroupItems => AuditFilter.Groups
        .Select(group => new LinkMenu.Item(T[$"Group.{group}"], To(_filter with { Group = group }), group == _filter.Group))
        .Prepend(new LinkMenu.Item(T["All"], To(_filter with { Group = null }), _filter.Group is null, IsAll: true));

    private IEnumerable<LinkMenu.Item> WorkspaceItems => View!.Workspaces
        .Select(w => new LinkMenu.Item(w.Name, To(_filter with { Workspace = w.Id }), w.Id == _filter.Workspace))
        .Prepend(new LinkMenu.Item(T["All"], To(_filter with { Workspace = null }), _filter.Workspace is null, IsAll: true));

    private IEnumerable<Chips.Chip> ChosenChips
    {
        get
        {
            if (_filter.Group is { } group)
            {
                yield return Chip(T["Group"], T[$"Group.{group}"], _filter with { Group = null });
            }

            if (_filter.Actor is { } actor)
            {
                yield return Chip(T["Actor"], actor, _filter with { Actor = null });
            }

            if (_filter.Workspace is { } workspace)
            {
                yield return Chip(
                    T["Workspace"], View!.Workspaces.FirstOrDefault(w => w.Id == workspace)?.Name ?? workspace,
                    _filter with { Workspace = null }, View.Unknown.Contains("workspace"));
            }

            if (_filter.Person is { } person)
            {
                yield return Chip(
                    T["Person"], View!.Person ?? person, _filter with { Person = null }, View.Unknown.Contains("person"));
            }
        }
    }

    /// <summary>The fields of the address beside those that a form has itself.</summary>
    private static IEnumerable<(string Name, string Value)> Kept(AuditFilter filter) =>
        QueryHelpers.ParseQuery((filter with { Page = 1 }).ToQueryString()).Select(f => (f.Key, f.Value.ToString()));

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _filter = AuditFilter.Parse(QueryHelpers.ParseQuery(Address.Query), out var problems);
        _problems = [.. problems.Keys];
        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            // As for anything that does not exist; the request itself has been answered by the policy already.
            View = null;
            Navigation.NotFound();
            return;
        }

        if (View?.OrganizationId != OrganizationId)
        {
            View = null;
            _checked = null;
        }

        if (View?.Query == _filter.ToQueryString())
        {
            return;
        }

        ShowLoading();
        var seen = await rights.SeenExportsAsync((await Authentication).User, scope.Organization, cancellationToken);
        View = await query.LoadAsync(scope, _filter, seen, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _closed.Cancel();
        _closed.Dispose();
    }

    private async Task CheckAsync()
    {
        if (_isChecking || await ScopeAsync(_closed.Token) is not { } scope)
        {
            return;
        }

        _isChecking = true;
        StateHasChanged();
        try
        {
            _checked = await chain.CheckAsync(scope.Organization.Id, _closed.Token);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
        }
        finally
        {
            _isChecking = false;
        }
    }

    /// <summary>Asked for again with every event: a right that was taken away ends at once.</summary>
    private async Task<AuditScope?> ScopeAsync(CancellationToken cancellationToken) =>
        await rights.DecideAsync((await Authentication).User, Right.ViewAudit, OrganizationId, cancellationToken)
            is RightDecision.Granted { Organization: { } organization }
            ? await query.ScopeAsync(organization, cancellationToken)
            : null;

    private async Task<IReadOnlyList<Choice>> SearchPeopleAsync(string text, CancellationToken cancellationToken) =>
        await ScopeAsync(cancellationToken) is { } scope ? await query.PeopleAsync(scope, text, cancellationToken) : [];

    private void ChoosePerson(string id) =>
        Navigation.NavigateTo(To(_filter with { Person = id == _filter.Person ? null : id }));

    private void ChooseDays((DateOnly From, DateOnly To) days) =>
        Navigation.NavigateTo(To(_filter with { Preset = null, Days = new DateRange(days.From, days.To) }));

    private string To(AuditFilter filter) => Path + (filter with { Page = 1 }).ToQueryString();

    private string PageHref(int number) => Path + (_filter with { Page = number }).ToQueryString();

    /// <summary>With the days as resolved now: the file holds what the page shows, also after midnight.</summary>
    private string ExportHref(string format) =>
        $"{Path}/export.{format}{(_filter with { Preset = null, Days = View!.Days, Page = 1 }).ToQueryString()}";

    private Chips.Chip Chip(string kind, string name, AuditFilter without, bool isUnknown = false) => new(
        kind, isUnknown ? T["Chip.Unknown", name] : name, To(without), T["Filters.Remove", kind, Names.Cut(name, 60)], isUnknown);
}
