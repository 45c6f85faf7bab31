using System.Globalization;
using Microsoft.AspNetCore.Components;
using UsageAdmin.Components.Shared;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>
/// What to export, over which days, and what the file will hold. Every choice becomes the page's address; the file itself is
/// a plain GET.
/// </summary>
public sealed partial class UsageExportDialog
{
    /// <summary>A sheet has one row more, for the header.</summary>
    private const int MostRowsOfExcel = 1_048_575;

    private static readonly RangePreset[] Offered =
        [RangePreset.ThisMonth, RangePreset.LastMonth, RangePreset.ThisWeek, RangePreset.LastWeek];

    /// <summary>Those that assistants bring along (exports.md 1.A.7).</summary>
    private static readonly string[] Actions =
    [
        "canvas", "web_search", "image_generation", "data_analyst", "document_search", "deep_research", "image_analysis",
        "memory",
    ];

    /// <summary>The fields as they are in the browser; null: as chosen.</summary>
    private EnteredDays? _entered;

    /// <summary>The choice that another one is replacing; the page's new address has not come back yet.</summary>
    private UsageFilter? _replaced;
    private bool _started;

    [Parameter, EditorRequired]
    public UsageView View { get; set; } = default!;

    [Parameter, EditorRequired]
    public UsageExportPreview Preview { get; set; } = default!;

    [Parameter, EditorRequired]
    public UsageFilter Filter { get; set; } = UsageFilter.Empty;

    /// <summary>Where scripts reach the server, without a slash at the end.</summary>
    [Parameter, EditorRequired]
    public string Base { get; set; } = "";

    /// <summary>The page with another filter.</summary>
    [Parameter, EditorRequired]
    public Func<UsageFilter, string> Href { get; set; } = _ => "";

    [Parameter]
    public EventCallback<UsageFilter> OnChoose { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>The figures shown belong to the choice before.</summary>
    [Parameter]
    public bool IsLoading { get; set; }

    /// <summary>The last day of the range that has come, if the data does not reach so far.</summary>
    [Parameter]
    public DateOnly? RunsPast { get; set; }

    private UsageDataType Type => Filter.Export ?? View.Type;

    /// <summary>Null: days of one's own, or a preset that only the page has.</summary>
    private RangePreset? Preset => (Filter.Preset, Filter.Days) switch
    {
        ({ } preset, _) => Offered.Contains(preset) ? preset : null,
        (_, null) => RangePreset.ThisMonth,
        _ => null,
    };

    private DateRange Days => Filter.Resolve(View.Today, View.FirstDayOfWeek);

    private EnteredDays Entered => _entered ?? new EnteredDays(Days.From, Days.To);

    /// <summary>The one field that is wrong, and what would be right; null: neither is.</summary>
    private DaysProblem? Problem => _entered switch
    {
        null => null,
        { From: { } from } when from >= Earliest && from <= View.Today => _entered.To is { } to && to >= from && to <= Latest
            ? null
            : new DaysProblem(IsFirst: false, T["Dialog.LastDays", Display.Day(from), Display.Day(Latest)]),
        _ => new DaysProblem(IsFirst: true, T["Dialog.Days", Display.Day(Earliest), Display.Day(View.Today)]),
    };

    /// <summary>What would be downloaded is what the fields say.</summary>
    private bool IsSettled => _replaced is null && (_entered is null || _entered == new EnteredDays(Days.From, Days.To));

    private List<string> Identifying => [.. IdentifyingColumns.Of(Type).Intersect(Preview.Columns, StringComparer.Ordinal)];

    private DateOnly Latest => UsageFilter.LastDay(View.Today);

    private DateOnly Earliest => UsageScope.FirstDay(View.Today);

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View.TimeZone);

    private string Curl
    {
        get
        {
            var extras = (Filter.IsExtended ? @",""layout"":""extended""" : "")
                + (Type == UsageDataType.Users && !Filter.IncludesInactive ? @",""includeInactive"":false" : "");
            return $$"""
                curl -X POST {{Base}}/export/{{UsageDataTypes.NameOf(Type)}} {{KeyFile.Option}} -H "Content-Type: application/json" -d '{"from":{"date":"{{Written(Days.From)}}","timezone":"{{View.TimeZone}}"},"to":{"date":"{{Written(Days.To)}}","timezone":"{{View.TimeZone}}"}{{extras}}}'
                """;
        }
    }

    private string Command
    {
        get
        {
            var range = Preset is { } preset
                ? $"--range {RangePresets.NameOf(preset)}"
                : $"--from {Written(Days.From)} --to {Written(Days.To)}";
            return $"UsageAdmin export {UsageDataTypes.NameOf(Type)} --workspace {View.WorkspaceId} {range}"
                + (Filter.IsExtended ? " --layout extended" : "")
                + (Type == UsageDataType.Users && !Filter.IncludesInactive ? " --include-inactive false" : "")
                + $" --out {UsageDataTypes.NameOf(Type)}.csv";
        }
    }

    /// <summary>The page without its dialog; the range stays.</summary>
    public static UsageFilter Closed(UsageFilter filter) =>
        filter with { Export = null, IsExtended = false, IncludesInactive = true };

    /// <summary>A plain GET with the days as resolved now: the file holds what the dialog says, also after midnight.</summary>
    private string Download(string format)
    {
        var chosen = new UsageFilter
        {
            Days = Days,
            IsExtended = Filter.IsExtended,
            IncludesInactive = Type != UsageDataType.Users || Filter.IncludesInactive,
        };
        return $"/w/{View.WorkspaceId}/usage/export/{UsageDataTypes.NameOf(Type)}.{format}{chosen.ToQueryString()}";
    }

    protected override void OnParametersSet()
    {
        if (Filter != _replaced)
        {
            _replaced = null;
        }
    }

    private Task ChooseAsync(UsageFilter filter)
    {
        filter = filter with { Page = 1, Open = null };
        _started = false;
        _replaced = Href(filter) == Href(Filter) ? null : Filter;
        return OnChoose.InvokeAsync(filter);
    }

    private Task ChooseRangeAsync(RangePreset? preset, DateRange? days)
    {
        _entered = null;
        return ChooseAsync(Filter with { Preset = preset, Days = days });
    }

    /// <summary>Neither field changes the other: days that do not fit are said and not exported.</summary>
    private Task ChooseDayAsync(ChangeEventArgs e, bool isFirst)
    {
        var day = DayOf(e.Value as string);
        _started = false;
        _entered = isFirst ? Entered with { From = day } : Entered with { To = day };
        return Problem is null && _entered is { From: { } from, To: { } to }
            ? ChooseAsync(Filter with { Preset = null, Days = new DateRange(from, to) })
            : Task.CompletedTask;
    }

    private static DateOnly? DayOf(string? written) =>
        DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;

    /// <summary>Whole months by their names.</summary>
    private static string DaysOf(DateRange days) =>
        days.From.Day == 1 && days.To == days.From.AddMonths(1).AddDays(-1)
            ? Display.LongMonth(days.From)
            : Display.Days(days.From, days.To);

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Null: empty, or no day.</summary>
    private sealed record EnteredDays(DateOnly? From, DateOnly? To);

    private sealed record DaysProblem(bool IsFirst, string Sentence);
}
