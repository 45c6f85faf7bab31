using System.Globalization;
using System.IO.Pipelines;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>Makes Activity exports, for the browser and for the command line alike.</summary>
public sealed class ActivityExport(UsageDatabase database, Pseudonyms pseudonyms, TimeProvider time)
{
    private readonly ActivityThreads _threads = new(database);

    /// <summary>
    /// Takes the snapshot and checks the filter. Null: it cannot be exported, and <paramref name="problems"/> says which
    /// field is wrong and what would be right.
    /// </summary>
    public PreparedActivityExport? Prepare(
        ActivityScope scope, ActivityFilter filter, out IReadOnlyDictionary<string, string[]> problems)
    {
        var days = scope.Days(filter, time);
        if (RangeProblem(days) is { } problem)
        {
            problems = new Dictionary<string, string[]> { [filter.Preset is null ? "from" : "range"] = [problem] };
            return null;
        }

        var session = database.OpenRead();
        try
        {
            var selection = ActivitySelection.Resolve(session, scope, filter, days, pseudonyms, out problems);
            if (problems.Count == 0)
            {
                var prepared = new PreparedActivityExport(
                    session, _threads.TakeSecond(session, selection), selection, pseudonyms, time);
                session = null;
                return prepared;
            }

            return null;
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>The same from what history holds of it; null: it cannot be made any more.</summary>
    internal JobExport? Prepare(JobRequest request)
    {
        if (request is not { Workspace: { } workspace }
            || !DateOnly.TryParseExact(request.Text("from"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            || !DateOnly.TryParseExact(request.Text("to"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var to))
        {
            return null;
        }

        var filter = new ActivityFilter
        {
            Days = new DateRange(from, to),
            Users = request.Texts("users"),
            Apps = request.Texts("apps"),
            Sections = request.Texts("sections"),
            Flag = ActivityFilter.FlagOf(request.Text("flag")),
        };
        return Prepare(ActivityScope.Of(request.Organization, workspace), filter, out _)?.ToJob(request.Actor);
    }

    private static string? RangeProblem(DateRange? days)
    {
        if (days is not { } range)
        {
            return $"Select a date range of up to {ActivityFilter.MaxExportDays} days.";
        }

        return range.Days > ActivityFilter.MaxExportDays
            ? $"{range.Days} days chosen, {ActivityFilter.MaxExportDays} allowed: export {string.Join(", then ",
                ActivityFilter.Parts(range).Take(3).Select(p => $"from={p.From:yyyy-MM-dd}&to={p.To:yyyy-MM-dd}"))}" +
                (range.Days > 3 * ActivityFilter.MaxExportDays ? " and so on." : ".")
            : null;
    }
}

/// <summary>A checked export on its snapshot. Dispose it to let the snapshot go.</summary>
public sealed class PreparedActivityExport : IDisposable
{
    public const string ContentType = "application/json";

    private readonly UsageSession _session;
    private readonly ActivityThreads.SecondSession? _second;
    private readonly ActivitySelection _selection;
    private readonly Pseudonyms _pseudonyms;
    private readonly TimeProvider _time;

    internal PreparedActivityExport(
        UsageSession session, ActivityThreads.SecondSession? second, ActivitySelection selection, Pseudonyms pseudonyms,
        TimeProvider time)
    {
        _session = session;
        _second = second;
        _selection = selection;
        _pseudonyms = pseudonyms;
        _time = time;
    }

    private DateRange Days => _selection.Days!.Value;

    /// <summary>ASCII: workspace ids are.</summary>
    public string FileName => FormattableString.Invariant(
        $"activity-{_selection.Scope.Workspace.PublicId}-{Days.From:yyyy-MM-dd}-{Days.To:yyyy-MM-dd}.json");

    public ExportStart Start(ExportOrigin origin, Actor actor) => new(
        _selection.Scope.Organization, _selection.Scope.Workspace, "activity", "json", origin, actor,
        new Dictionary<string, object?>
        {
            ["from"] = Days.From,
            ["to"] = Days.To,
            ["timezone"] = _selection.Scope.Organization.TimeZone,
            ["users"] = _selection.Filter.Users,
            ["apps"] = _selection.Filter.Apps,
            ["sections"] = _selection.Filter.Sections,
            ["flag"] = _selection.Filter.Flag is { } flag ? ActivityFilter.NameOf(flag) : null,
            ["privacy"] = _selection.Scope.Identified ? "identified" : "pseudonymous",
        });

    /// <summary>Writes and flushes the file, then lets the snapshot go.</summary>
    /// <returns>Conversations and bytes.</returns>
    /// <exception cref="OperationCanceledException">The reader has gone.</exception>
    public Task<(long Rows, long Bytes)> WriteAsync(PipeWriter destination, CancellationToken cancellationToken) =>
        WriteAsync(destination, null, cancellationToken);

    /// <summary>To be made in the background.</summary>
    internal JobExport ToJob(Actor actor) => new(
        Start(ExportOrigin.Background, actor), FileName, ContentType, async (file, progress, cancellationToken) =>
        {
            var pipe = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));
            progress.ExpectedRows = CountConversations(cancellationToken);
            return new ExportedRows((await WriteAsync(pipe, progress, cancellationToken)).Rows);
        }, this);

    private async Task<(long Rows, long Bytes)> WriteAsync(
        PipeWriter destination, ExportProgress? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await ActivityJson.WriteAsync(
                _session, _second?.Session, _selection, _pseudonyms, _time.GetUtcNow().UtcDateTime, destination, progress,
                cancellationToken);
        }
        finally
        {
            Dispose();
        }
    }

    private long CountConversations(CancellationToken cancellationToken)
    {
        var days = new ActivityDays(_session, _selection, cancellationToken);
        return days.Days.Sum(day => (long)days.Load(day).Length);
    }

    public void Dispose()
    {
        _second?.Dispose();
        _session.Dispose();
    }
}
