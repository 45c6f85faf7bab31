using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>The Usage page.</summary>
public sealed partial class UsageOverview(
    UsagePages pages, UsageQuery query, Rights rights, IOptions<SupportOptions> support, PublicAddress address,
    NavigationManager navigation, TimeProvider time) : AddressedPage(navigation)
{
    private static readonly RangePreset[] Offered =
    [
        RangePreset.ThisMonth, RangePreset.LastMonth, RangePreset.ThisWeek, RangePreset.LastWeek, RangePreset.Last7Days,
        RangePreset.Last12Months,
    ];

    private UsageFilter _filter = UsageFilter.Empty;
    private IReadOnlyDictionary<string, UsageProblem> _problems = new Dictionary<string, UsageProblem>();
    private string _announced = "";

    [Parameter]
    public string WorkspaceId { get; set; } = "";

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public UsageView? View { get; set; }

    /// <summary>What the export dialog shows.</summary>
    [PersistentState]
    public UsageExportPreview? Preview { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override string Path => $"/w/{WorkspaceId}/usage";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View!.TimeZone);

    private string RangeName => T[(_filter.Preset, _filter.Days) switch
    {
        ({ } preset, _) => $"Range.{preset}",
        (_, { }) => "Range.Own",
        _ => $"Range.{RangePreset.ThisMonth}",
    }];

    private IEnumerable<RangeMenu.Preset> Presets => Offered.Select(preset => new RangeMenu.Preset(
        T[$"Range.{preset}"], DaysOf(preset.Resolve(View!.Today, View.FirstDayOfWeek)),
        AddressOf(_filter with { Preset = preset, Days = null, Page = 1, Open = null }),
        _filter.Preset == preset || (preset == RangePreset.ThisMonth && _filter is { Preset: null, Days: null })));

    /// <summary>The fields of the address beside the range, for its form.</summary>
    private IEnumerable<(string Name, string Value)> Kept =>
        FieldsOf(_filter with { Preset = null, Days = null, Page = 1, Open = null });

    private IEnumerable<(string Name, string Value)> KeptBySearch =>
        FieldsOf(_filter with { Search = null, Page = 1, Open = null });

    /// <summary>The month of the last data, where it lies before the days shown; else this month, where others are shown.</summary>
    private string? NothingHref =>
        View!.DataUntilUtc is { } until && DateRange.DayOf(until, Zone) is var last && last < View.Days.From
            && last >= UsageScope.FirstDay(View.Today)
            ? AddressOf(_filter with { Preset = null, Days = MonthUntil(last), Page = 1, Open = null })
            : View.Days == UsageFilter.Empty.Resolve(View.Today, View.FirstDayOfWeek)
                ? null
                : AddressOf(_filter with { Preset = null, Days = null, Page = 1, Open = null });

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (View is not null)
        {
            // What is chosen next builds on this choice, not on the one that is still shown.
            _filter = FilterOf(View.Today, out _problems);
            StateHasChanged();
        }

        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            // As for anything that does not exist; the request itself has been answered by the policy already.
            (View, Preview) = (null, null);
            Navigation.NotFound();
            return;
        }

        var today = scope.Today(time);
        _filter = FilterOf(today, out var problems);
        _problems = problems;
        if (!scope.DataTypes.Contains(_filter.Type) || (_filter.Export is { } type && !scope.DataTypes.Contains(type)))
        {
            _filter = _filter with { Type = UsageDataType.Users, Export = null };
            _problems = new Dictionary<string, UsageProblem>(problems) { ["type"] = UsageProblem.NotOn };
        }

        if (View?.WorkspaceId != WorkspaceId)
        {
            (View, Preview) = (null, null);
        }

        if (View is null || View.Query != UsagePages.QueryOf(_filter) || View.Today != today)
        {
            ShowLoading();
            var leadsToActivity = await rights.DecideAsync(
                (await Authentication).User, Right.ViewActivity, WorkspaceId, cancellationToken) is RightDecision.Granted;
            var view = await pages.ViewAsync(scope, _filter, leadsToActivity, cancellationToken);
            _announced = View is null ? "" : T.Count("Rows", view.Table.Total);
            View = view;
        }

        if (_filter.Export is not null && scope.Organization.ExportsEnabled
            && (Preview is null || Preview.Query != UsagePages.PreviewQueryOf(_filter) || Preview.Today != today))
        {
            ShowLoading();
            Preview = await pages.PreviewAsync(scope, _filter, cancellationToken);
        }
    }

    /// <summary>Asked for again with every event: a right that was taken away ends at once.</summary>
    private async Task<UsageScope?> ScopeAsync(CancellationToken cancellationToken) =>
        await rights.DecideAsync((await Authentication).User, Right.ManageWorkspace, WorkspaceId, cancellationToken)
            is RightDecision.Granted { Organization: { } organization, Workspace: { } workspace }
            ? query.ScopeOf(organization, workspace)
            : null;

    private UsageFilter FilterOf(DateOnly today, out IReadOnlyDictionary<string, UsageProblem> problems) =>
        UsageFilter.Parse(QueryHelpers.ParseQuery(Address.Query), today, out problems);

    /// <summary>By the address as it is now: the dialog may be closed before a choice is shown.</summary>
    private void CloseDialog() => Navigation.NavigateTo(AddressOf(UsageExportDialog.Closed(FilterOf(View!.Today, out _))));

    private string ProblemOf(string field, UsageProblem problem) => T[
        $"Problem.{problem}", field,
        Display.Day(UsageScope.FirstDay(Today)), Display.Day(UsageFilter.LastDay(Today))];

    private DateOnly Today => View?.Today ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private string FeatureOff(UsageView view) => support.Value.Contact is { } contact
        ? T["FeatureOff.Contact", Names.Cut(view.OrganizationName, 60), contact]
        : T["FeatureOff", Names.Cut(view.OrganizationName, 60)];

    private void ChooseDays((DateOnly From, DateOnly To) days) => Navigation.NavigateTo(
        AddressOf(_filter with { Preset = null, Days = new DateRange(days.From, days.To), Page = 1, Open = null }));

    /// <summary>One entry of the browser's history, however much is typed: the way back leads to the page without a search.</summary>
    private void Search(string? text) => Navigation.NavigateTo(
        $"{AddressOf(_filter with { Search = text, Page = 1, Open = null })}#{UsageTableCard.Anchor}",
        replace: _filter.Search is not null);

    private string AddressOf(UsageFilter filter) => Path + filter.ToQueryString();

    private static IEnumerable<(string Name, string Value)> FieldsOf(UsageFilter filter) =>
        QueryHelpers.ParseQuery(filter.ToQueryString()).SelectMany(f => f.Value.Select(value => (f.Key, value ?? "")));

    private DateRange MonthUntil(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        return new DateRange(
            first < UsageScope.FirstDay(View!.Today) ? UsageScope.FirstDay(View.Today) : first,
            first.AddMonths(1).AddDays(-1));
    }

    private static string DaysOf(DateRange days) => Display.Days(days.From, days.To);

    /// <summary>The last day of the range that has come, if the data does not reach so far.</summary>
    private DateOnly? RunsPast(UsageView view)
    {
        var last = view.Days.To < view.Today ? view.Days.To : view.Today;
        return view.DataUntilUtc is { } until && DateRange.DayOf(until, Zone) < last ? last : null;
    }
}
