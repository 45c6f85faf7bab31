using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;
using UsageAdmin.Accounts;
using UsageAdmin.Components.Shared;
using UsageAdmin.Exports;

namespace UsageAdmin.Activity;

/// <summary>The Activity page.</summary>
public sealed partial class ActivityOverview(
    ActivityQuery query, ActivitySearch search, Rights rights, Landing landing, PublicAddress address,
    NavigationManager navigation, TimeProvider time)
    : AddressedPage(navigation)
{
    private static readonly RangePreset[] Offered =
    [
        RangePreset.Today, RangePreset.Last7Days, RangePreset.ThisWeek, RangePreset.LastWeek, RangePreset.ThisMonth,
        RangePreset.LastMonth,
    ];

    private ActivityFilter _filter = ActivityFilter.Empty;
    private IReadOnlyCollection<string> _problems = [];
    private string _announced = "";

    [Parameter]
    public string WorkspaceId { get; set; } = "";

    /// <summary>Loaded while prerendering and handed to the circuit, so that nothing is loaded twice and nothing flickers.</summary>
    [PersistentState]
    public ActivityView? View { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override string Path => $"/w/{WorkspaceId}/activity";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View!.TimeZone);

    private int Pages => (int)((View!.Figures.Conversations + ActivityPage.Size - 1) / ActivityPage.Size);

    /// <summary>The range stays; it is no filter chip.</summary>
    private ActivityFilter Cleared => new() { Preset = _filter.Preset, Days = _filter.Days };

    private string RangeName => _filter.Preset is { } preset
        ? T[$"Range.{preset}"]
        : T[View!.Days is null ? "Range.All" : "Range.Custom"];

    /// <summary>What the form for days of one's own starts with.</summary>
    private (DateOnly From, DateOnly To) FormDays =>
        View!.Days is { } days ? (days.From, days.To) : (View.Today.AddDays(-6), View.Today);

    private IEnumerable<RangeMenu.Preset> Presets => Offered
        .Select(preset => (Preset: preset, Days: preset.Resolve(View!.Today, View.FirstDayOfWeek)))
        .Select(p => new RangeMenu.Preset(
            T[$"Range.{p.Preset}"], ShortDays(p.Days), AddressOf(_filter with { Preset = p.Preset, Days = null, Page = 1 }),
            _filter.Preset == p.Preset))
        .Append(new RangeMenu.Preset(
            T["Range.All"], "", AddressOf(_filter with { Preset = null, Days = null, Page = 1 }), View!.Days is null));

    /// <summary>The fields of the address beside the range, for the form.</summary>
    private IEnumerable<(string Name, string Value)> Kept =>
        QueryHelpers.ParseQuery((_filter with { Preset = null, Days = null, Page = 1 }).ToQueryString())
            .SelectMany(f => f.Value.Select(value => (f.Key, value ?? "")));

    private IEnumerable<Chips.Chip> ChosenChips =>
    [
        .. _filter.Users.Select(id => ChipOf("user", id, _filter with { Users = Toggled(_filter.Users, id) })),
        .. _filter.Apps.Select(id => ChipOf("app", id, _filter with { Apps = Toggled(_filter.Apps, id) })),
        .. _filter.Sections.Select(id => ChipOf("section", id, _filter with { Sections = Toggled(_filter.Sections, id) })),
        .. _filter.Flag is { } flag
            ? new[] { Chip(T["Chip.flag"], T[$"Flag.{flag}"], _filter with { Flag = null }, isUnknown: false) }
            : [],
    ];

    private string ChartTitle => View!.Columns switch
    {
        var columns when columns.All(c => c.Days.Days == 1) => "Chart.ByDay",
        var columns when columns.All(c => c.Days.Days <= 7) => "Chart.ByWeek",
        _ => "Chart.ByMonth",
    };

    private string ChartSummary
    {
        get
        {
            var most = View!.Columns.MaxBy(c => c.Conversations)!;
            return T["Chart.Summary", T.Count("Conversations", View.Figures.Conversations), DaysOf(most.Days),
                Display.Number(most.Conversations)];
        }
    }

    /// <summary>Ids of the address that are not in the workspace: the page leaves them out, a file cannot be made.</summary>
    private IReadOnlyList<string> Unknown =>
    [
        .. new[] { ("user", _filter.Users), ("app", _filter.Apps), ("section", _filter.Sections) }
            .SelectMany(kind => kind.Item2.Where(id => !View!.Chosen.ContainsKey($"{kind.Item1}:{id}"))),
    ];

    private IEnumerable<ChartBar> Bars => View!.Columns.Select(column => new ChartBar(
        DaysOf(column.Days), AxisOf(column.Days.From), column.Conversations,
        AddressOf(_filter with { Preset = null, Days = column.Days, Page = 1 })));

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _filter = ActivityFilter.Parse(QueryHelpers.ParseQuery(Address.Query), out var problems);
        _problems = [.. problems.Keys];
        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            // As for anything that does not exist; the request itself has been answered by the policy already.
            View = null;
            Navigation.NotFound();
            return;
        }

        if (View?.WorkspaceId != WorkspaceId)
        {
            View = null;
        }

        if (View?.Query == _filter.ToQueryString() && View.Today == scope.Today(time))
        {
            return;
        }

        ShowLoading();
        await landing.RememberAsync((await Authentication).User, scope.Workspace, cancellationToken);
        var view = await ActivityView.LoadAsync(query, scope, _filter, time, cancellationToken);
        _announced = View is null ? "" : T.Count("Conversations", view.Figures.Conversations);
        View = view;
    }

    /// <summary>Asked for again with every event: a right that was taken away ends at once.</summary>
    private async Task<ActivityScope?> ScopeAsync(CancellationToken cancellationToken)
    {
        var user = (await Authentication).User;
        return await rights.DecideAsync(user, Right.ViewActivity, WorkspaceId, cancellationToken)
            is RightDecision.Granted { Organization: { } organization, Workspace: { } workspace }
            ? ActivityScope.Of(organization, workspace)
            : null;
    }

    private Task<IReadOnlyList<Choice>> SearchUsersAsync(string text, CancellationToken cancellationToken) =>
        SearchAsync(search.UsersAsync, text, cancellationToken);

    private Task<IReadOnlyList<Choice>> SearchAppsAsync(string text, CancellationToken cancellationToken) =>
        SearchAsync(search.AppsAsync, text, cancellationToken);

    private Task<IReadOnlyList<Choice>> SearchSectionsAsync(string text, CancellationToken cancellationToken) =>
        SearchAsync(search.SectionsAsync, text, cancellationToken);

    private async Task<IReadOnlyList<Choice>> SearchAsync(
        Func<ActivityScope, string, CancellationToken, Task<IReadOnlyList<NamedItem>>> find, string text,
        CancellationToken cancellationToken) =>
        await ScopeAsync(cancellationToken) is { } scope
            ? [.. (await find(scope, text, cancellationToken)).Select(i => new Choice(i.Id, i.Label, i.Name is null ? null : i.Email))]
            : [];

    private string Found(int count) => T.Count("Search.Found", count);

    private void ChooseDays((DateOnly From, DateOnly To) days) =>
        Go(_filter with { Preset = null, Days = new DateRange(days.From, days.To) });

    private void Go(ActivityFilter filter) => Navigation.NavigateTo(AddressOf(filter with { Page = 1 }));

    private string AddressOf(ActivityFilter filter) => Path + filter.ToQueryString();

    /// <summary>The conversation keeps the filter for its way back, and opens where the row's flags point to.</summary>
    private string RowHref(ActivityRow row) =>
        $"{Path}/{row.Segment}{_filter.ToQueryString()}" +
        (row.FlaggedMessages + row.ModeratedMessages > 0 ? "#marked" : "");

    private Chips.Chip ChipOf(string kind, string id, ActivityFilter without) =>
        View!.Chosen.TryGetValue($"{kind}:{id}", out var item)
            ? Chip(T[$"Chip.{kind}"], item.Label, without, isUnknown: false)
            : Chip(T[$"Chip.{kind}"], T["Chip.Unknown", id], without, isUnknown: true);

    private Chips.Chip Chip(string kind, string name, ActivityFilter without, bool isUnknown) =>
        new(kind, name, AddressOf(without with { Page = 1 }), T["Chip.Remove", kind, Names.Cut(name, 60)], isUnknown);

    /// <summary>The last day of the range, if the data does not reach so far.</summary>
    private static DateOnly? RunsPast(ActivityView view) =>
        view is { Days: { } days, DataUntilUtc: { } until }
            && DateRange.DayOf(until, TimeZoneInfo.FindSystemTimeZoneById(view.TimeZone)) < days.To ? days.To : null;

    private static string DaysOf(DateRange days) => days switch
    {
        { Days: 1 } => Display.WeekDay(days.From),
        { From.Day: 1 } when days.To == days.From.AddMonths(1).AddDays(-1) => Display.Month(days.From),
        _ => Display.Days(days.From, days.To),
    };

    private string AxisOf(DateOnly day) => ChartTitle switch
    {
        "Chart.ByDay" => Display.ShortDay(day),
        "Chart.ByWeek" => Display.Day(day),
        _ => Display.Month(day),
    };

    private static string ShortDays(DateRange days) =>
        days.Days == 1 ? Display.ShortDay(days.From) : $"{Display.ShortDay(days.From)} – {Display.ShortDay(days.To)}";

    private static IReadOnlyList<string> Toggled(IReadOnlyList<string> ids, string id) =>
        ids.Contains(id) ? [.. ids.Where(i => i != id)] : [.. ids, id];
}
