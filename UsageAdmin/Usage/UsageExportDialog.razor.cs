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

    private string? _problem;
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

    private DateOnly Earliest => UsageScope.FirstDay(View.Today);

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(View.TimeZone);

    private string Curl
    {
        get
        {
            var extras = (Filter.IsExtended ? @",""layout"":""extended""" : "")
                + (Type == UsageDataType.Users && !Filter.IncludesInactive ? @",""includeInactive"":false" : "");
            return $$"""
                curl -X POST {{Base}}/export/{{UsageDataTypes.NameOf(Type)}} -H "Authorization: Bearer $USAGEADMIN_KEY" -H "Content-Type: application/json" -d '{"from":{"date":"{{Written(Days.From)}}","timezone":"{{View.TimeZone}}"},"to":{"date":"{{Written(Days.To)}}","timezone":"{{View.TimeZone}}"}{{extras}}}'
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

    private Task ChooseAsync(UsageFilter filter)
    {
        (_problem, _started) = (null, false);
        return OnChoose.InvokeAsync(filter with { Page = 1, Open = null });
    }

    private Task ChooseDayAsync(ChangeEventArgs e, bool isFirst)
    {
        if (!DateOnly.TryParseExact(
            e.Value as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            _problem = T["Dialog.NoDay"];
            return Task.CompletedTask;
        }

        var (from, to) = isFirst ? (day, Days.To < day ? day : Days.To) : (Days.From > day ? day : Days.From, day);
        if (from < Earliest || from > View.Today || to > UsageFilter.LastDay(View.Today))
        {
            _problem = T["Dialog.Days", Display.Day(Earliest), Display.Day(View.Today)];
            return Task.CompletedTask;
        }

        return ChooseAsync(Filter with { Preset = null, Days = new DateRange(from, to) });
    }

    /// <summary>Whole months by their names.</summary>
    private static string DaysOf(DateRange days) =>
        days.From.Day == 1 && days.To == days.From.AddMonths(1).AddDays(-1)
            ? Display.LongMonth(days.From)
            : Display.Days(days.From, days.To);

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
