using Microsoft.Extensions.Options;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage.Api;

/// <summary>Which periods the API exports: those of the last 12 months that hold some usage, and not too much.</summary>
internal sealed class UsageApiRange(UsageQuery usage, IOptions<UsageExportOptions> options)
{
    /// <summary>How far behind today a period may end, in calendar months.</summary>
    private const int FutureMonths = 12;

    /// <param name="organization">Its days are those that history is counted in, whatever zone the request is in (exports.md 4.11).</param>
    /// <returns>Null: there is no such period, and <paramref name="error"/> says why.</returns>
    public static UsagePeriod? Resolve(
        UsageApiBody body, DateTime nowUtc, TimeZoneInfo organization, out UsageApiError? error)
    {
        var (from, to) = (body.From.StartUtc, body.To.EndUtc);
        var today = DateRange.DayOf(nowUtc, organization);
        var first = UsageScope.FirstDay(today);
        var last = today.AddMonths(FutureMonths);
        var problem =
            from >= to ? "from must be before to."
            : from > nowUtc ? "from must not be in the future."
            : body.From.Date < first ? FormattableString.Invariant(
                $"from must not be before {first:yyyy-MM-dd}: exports reach back {UsageScope.HistoryMonths} months.")
            : body.To.Date > last ? FormattableString.Invariant($"to must not be after {last:yyyy-MM-dd}.")
            : null;
        error = problem is null ? null : UsageApiError.InvalidRange(problem);
        return error is null
            ? new UsagePeriod(from, to, new DateRange(body.From.Date, body.To.Date), body.From.Zone)
            : null;
    }

    /// <summary>Null: it can be exported.</summary>
    /// <param name="to">The zone of the period's end.</param>
    public UsageApiError? Check(UsageScope scope, UsagePeriod period, TimeZoneInfo to, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxEvents;
        var events = usage.CountEvents(scope, period, cancellationToken);
        if (events <= limit)
        {
            return events == 0 ? UsageApiError.NoData : null;
        }

        return new UsageApiError(
            StatusCodes.Status400BadRequest, "Export too large",
            FormattableString.Invariant(
                $"Export too large: {events} rows exceeds limit of {limit}. Please narrow the date range.") +
            Part(scope, period, to, limit, cancellationToken),
            "USAGE_EXPORT_TOO_LARGE");
    }

    /// <summary>The longest part from the period's start, in whole days, that is not too large.</summary>
    private string Part(
        UsageScope scope, UsagePeriod period, TimeZoneInfo to, long limit, CancellationToken cancellationToken)
    {
        var (fits, tooLong) = (0, period.Days.Days);
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            var end = DateRange.StartOfDay(period.Days.From.AddDays(middle), to);
            if (usage.CountEvents(scope, period with { ToUtc = end }, cancellationToken) > limit)
            {
                tooLong = middle;
            }
            else
            {
                fits = middle;
            }
        }

        return fits == 0
            ? ""
            : FormattableString.Invariant(
                $" For example, {period.Days.From:yyyy-MM-dd} to {period.Days.From.AddDays(fits - 1):yyyy-MM-dd} is small enough.");
    }
}
