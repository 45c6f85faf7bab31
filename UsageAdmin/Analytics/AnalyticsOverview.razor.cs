using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Analytics;

/// <summary>The Org Analytics page.</summary>
public sealed partial class AnalyticsOverview(
    AnalyticsQuery query, Rights rights, PublicAddress address, NavigationManager navigation, TimeProvider time)
    : AddressedPage(navigation)
{
    /// <summary>Addresses hold no earlier one.</summary>
    private static readonly Month Earliest = new(1970, 1);

    private AnalyticsFilter _filter = AnalyticsFilter.Empty;
    private AnalyticsMetric _metric;
    private IReadOnlyCollection<string> _problems = [];
    private string _announced = "";

    [Parameter]
    public string OrganizationId { get; set; } = "";

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public AnalyticsView? View { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override string Path => $"/o/{OrganizationId}/analytics";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View!.TimeZone);

    private string RangeName => T[(_filter.Preset, _filter.Months) switch
    {
        ({ } preset, _) => $"Range.{preset}",
        (_, { }) => "Range.Custom",
        _ => $"Range.{RangePreset.Last12Months}",
    }];

    private string RangeWords => View!.IsPartial ? T["Range.ToDate", MonthsOf(View.Months)] : MonthsOf(View.Months);

    private string PrintedWorkspaces => View!.Workspaces.Where(w => w.IsChosen).ToList() is { Count: > 0 } chosen
        ? $" · {T["Print.Workspaces", Names.Cut(string.Join(", ", chosen.Select(w => w.Name)), 80)]}"
        : "";

    private IEnumerable<RangeMenu.Preset> Presets => AnalyticsFilter.Presets.Reverse().Select(preset => new RangeMenu.Preset(
        T[$"Range.{preset}"], MonthsOf(new AnalyticsFilter { Preset = preset }), AddressOf(_filter with { Preset = preset, Months = null, Page = 1 }),
        _filter.Preset == preset || (preset == RangePreset.Last12Months && _filter is { Preset: null, Months: null })));

    /// <summary>The fields of the address beside the range, for its form.</summary>
    private IEnumerable<(string Name, string Value)> Kept => FieldsOf(_filter with { Preset = null, Months = null, Page = 1 });

    private IEnumerable<(string Name, string Value)> KeptBySearch => FieldsOf(_filter with { Search = null, Page = 1 });

    private IEnumerable<Chips.Chip> ChosenChips => _filter.Workspaces.Select(id =>
    {
        var known = View!.Workspaces.FirstOrDefault(w => w.Id == id);
        var name = known?.Name ?? T["Chip.Unknown", id];
        return new Chips.Chip(
            T["Chip.workspace"], name, AddressOf(Toggled(id)), T["Chip.Remove", T["Chip.workspace"].Value, Names.Cut(name, 60)],
            known is null);
    });

    /// <summary>Ids of the address that the organisation does not have: the page leaves them out, a file cannot be made.</summary>
    private IReadOnlyList<string> Unknown => [.. _filter.Workspaces.Where(id => View!.Workspaces.All(w => w.Id != id))];

    /// <summary>Twelve months that end with that of the last data; null where it does not lie before the months shown.</summary>
    private MonthRange? LastWithData =>
        View!.DataUntilUtc is { } until && Month.Of(DateRange.DayOf(until, Zone)) is var last && last < View.Months.From
            ? new MonthRange(last.Plus(-11) is var first && first > Earliest ? first : Earliest, last)
            : null;

    private string FirstCommand => View!.Workspaces.OrderByDescending(w => w.IsChosen).FirstOrDefault() is { } first
        ? $"UsageAdmin import FILE.ndjson --format ndjson --workspace {first.Id}"
        : $"UsageAdmin workspace add ID --organization {OrganizationId} --name NAME";

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var fields = QueryHelpers.ParseQuery(Address.Query);
        _filter = AnalyticsFilter.Parse(fields, out var problems);
        _metric = AnalyticsMetrics.Parse(fields.GetValueOrDefault("chart"));
        _problems = [.. problems.Keys];
        if (await OrganizationAsync(cancellationToken) is not { } organization)
        {
            // As for anything that does not exist; the request itself has been answered by the policy already.
            View = null;
            Navigation.NotFound();
            return;
        }

        if (View?.OrganizationId != OrganizationId)
        {
            View = null;
        }

        if (View?.Query == _filter.ToQueryString() && View.Today == Today(organization))
        {
            return;
        }

        ShowLoading();
        var open = (await rights.ActivityWorkspacesAsync((await Authentication).User, cancellationToken))
            .Where(w => w.Organization.Id == organization.Id).Select(w => w.Workspace.PublicId);
        var view = await query.ViewAsync(organization, _filter, [.. open], cancellationToken);
        _announced = View is null
            ? ""
            : T["Loaded", T.Count("Messages", view.Figures.MessagesTotal), T.Count("Rows", view.Table.Total)];
        View = view;
    }

    /// <summary>Asked for again with every event: a right that was taken away ends at once.</summary>
    private async Task<Organization?> OrganizationAsync(CancellationToken cancellationToken) =>
        await rights.DecideAsync((await Authentication).User, Right.ViewAnalytics, OrganizationId, cancellationToken)
            is RightDecision.Granted { Organization: { } organization }
            ? organization
            : null;

    private DateOnly Today(Organization organization) =>
        DateRange.DayOf(time.GetUtcNow().UtcDateTime, TimeZoneInfo.FindSystemTimeZoneById(organization.TimeZone));

    private void ChooseMonths(MonthRange months) =>
        Navigation.NavigateTo(AddressOf(_filter with { Preset = null, Months = months, Page = 1 }));

    /// <summary>One entry of the browser's history, however much is typed: the way back leads to the page without a search.</summary>
    private void Search(string? text) => Navigation.NavigateTo(
        $"{AddressOf(_filter with { Search = text, Page = 1 })}#{AnalyticsTableCard.Anchor}", replace: _filter.Search is not null);

    private string AddressOf(AnalyticsFilter filter) => AddressOf(filter, _metric);

    private string AddressOf(AnalyticsFilter filter, AnalyticsMetric metric)
    {
        var address = Path + filter.ToQueryString();
        return metric == default ? address : QueryHelpers.AddQueryString(address, "chart", AnalyticsMetrics.NameOf(metric));
    }

    private IEnumerable<(string Name, string Value)> FieldsOf(AnalyticsFilter filter) =>
        QueryHelpers.ParseQuery(new Uri(new Uri(Navigation.BaseUri), AddressOf(filter)).Query)
            .SelectMany(f => f.Value.Select(value => (f.Key, value ?? "")));

    /// <summary>As many months, that many times later.</summary>
    private AnalyticsFilter Shifted(int times)
    {
        var (months, by) = (View!.Months, View.Months.Count * times);
        return _filter with { Preset = null, Months = new MonthRange(months.From.Plus(by), months.To.Plus(by)), Page = 1 };
    }

    private AnalyticsFilter Toggled(string workspace) => _filter with
    {
        Workspaces = _filter.Workspaces.Contains(workspace)
            ? [.. _filter.Workspaces.Where(id => id != workspace)]
            : [.. _filter.Workspaces, workspace],
        Page = 1,
    };

    private string MonthsOf(AnalyticsFilter filter) => MonthsOf(filter.Resolve(View!.Today));

    private static string MonthsOf(MonthRange months) => Display.Months(months.From.FirstDay, months.To.FirstDay);

    /// <summary>The last day of the range that has come, if the data does not reach so far.</summary>
    private DateOnly? RunsPast(AnalyticsView view)
    {
        var last = view.Months.To.LastDay < view.Today ? view.Months.To.LastDay : view.Today;
        return view.DataUntilUtc is { } until && DateRange.DayOf(until, Zone) < last ? last : null;
    }
}
