using System.Globalization;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Usage;

/// <summary>The page's tables: search, order and one page of the rows that the files hold.</summary>
internal static class TablePages
{
    private const int LongestName = 100;

    /// <summary>Of a map of the open row; the file holds all.</summary>
    private const int MostEntries = 20;

    public static UsageTable Page(UsageScope scope, CountedUsage counted, UsageFilter filter) => filter.Type switch
    {
        UsageDataType.Users => Page(counted.Users, Users(scope), filter),
        UsageDataType.Assistants => Page(counted.Assistants, Assistants(scope), filter),
        UsageDataType.Workflows => Page(counted.Workflows, Workflows(scope), filter),
        UsageDataType.Projects => Page(counted.Projects, Projects(scope), filter),
        UsageDataType.Models => Page(counted.Models, Models(scope), filter),
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    private static TableOf<UserUsage> Users(UsageScope scope) => new(user => user.Id, user => user.Name, user => user.Email)
    {
        Columns =
        [
            new("messages_total", FigureKind.Count, user => user.Messages),
            .. scope.HasRanks
                ? new TableOf<UserUsage>.Column[] { new("messages_total_rank", FigureKind.Count, user => user.Ranks?.Messages) }
                : [],
            new("messages_chat", FigureKind.Count, user => user.ChatMessages),
            new("messages_assistants", FigureKind.Count, user => user.AssistantMessages),
            new("messages_projects", FigureKind.Count, user => user.ProjectMessages),
            new("action_messages", FigureKind.Count, user => user.ActionMessages),
            new("role", FigureKind.Role, user => user.Role),
            .. Cost<UserUsage>(scope, user => user.Tokens),
        ],
        Details = user =>
        [
            ("assistants_to_messages", user.Assistants), ("projects_to_messages", user.Projects),
            ("model_to_messages_total", user.Models), ("action_to_messages", user.Actions),
        ],
    };

    private static TableOf<AssistantUsage> Assistants(UsageScope scope) => new(row => row.Id, row => row.Name)
    {
        Columns =
        [
            new("messages", FigureKind.Count, row => row.Messages),
            new("unique_users", FigureKind.Count, row => row.Users),
            new("active_users", FigureKind.Count, row => row.ActiveUsers),
            new("conversations", FigureKind.Count, row => row.Conversations),
            new("messages_per_user", FigureKind.Average, row => row.MessagesPerUser),
            new("response_time_ms_avg", FigureKind.Milliseconds, row => row.ResponseMilliseconds),
            .. Cost<AssistantUsage>(scope, row => row.Tokens),
        ],
    };

    private static TableOf<WorkflowUsage> Workflows(UsageScope scope) => new(row => row.Id, row => row.Name)
    {
        Columns =
        [
            new("executions", FigureKind.Count, row => row.Executions),
            new("executions_failed", FigureKind.Count, row => row.Failed),
            new("success_rate", FigureKind.Share, row => row.SuccessRate),
            new("duration_ms_avg", FigureKind.Milliseconds, row => (decimal?)row.Durations?.Average),
            new("duration_ms_p95", FigureKind.Milliseconds, row => (decimal?)row.Durations?.P95),
            new("unique_users", FigureKind.Count, row => row.Users),
            new("last_executed_at", FigureKind.Day, row => row.LastExecutedAt),
            .. Cost<WorkflowUsage>(scope, row => row.Tokens),
        ],
        Details = row => [("error_type_to_executions", row.ErrorTypes), ("trigger_to_executions", row.Triggers)],
    };

    private static TableOf<ProjectUsage> Projects(UsageScope scope) => new(row => row.Id, row => row.Name)
    {
        Columns =
        [
            new("messages", FigureKind.Count, row => row.Messages),
            new("unique_users", FigureKind.Count, row => row.Users),
            new("conversations", FigureKind.Count, row => row.Conversations),
            new("last_activity_at", FigureKind.Day, row => row.LastActivityAt),
            .. Cost<ProjectUsage>(scope, row => row.Tokens),
        ],
    };

    private static TableOf<ModelUsage> Models(UsageScope scope) =>
        new(row => $"{row.Name} · {row.Provider} · {row.BringYourKeys}", row => row.Name, row => row.Provider)
        {
            Columns =
            [
                new("requests", FigureKind.Count, row => row.Requests),
                new("errors", FigureKind.Count, row => row.Failed),
                new("response_time_ms_avg", FigureKind.Milliseconds, row => row.ResponseMilliseconds),
                new("bring_your_keys", FigureKind.Boolean, row => row.BringYourKeys),
                .. scope.HasTokens
                    ? new TableOf<ModelUsage>.Column[]
                    {
                        new("sum_prompt_tokens", FigureKind.Count, row => row.Tokens.Prompt),
                        new("sum_completion_tokens", FigureKind.Count, row => row.Tokens.Completion),
                    }
                    : [],
                .. Cost<ModelUsage>(scope, row => row.Tokens),
            ],
        };

    private static TableOf<TRow>.Column[] Cost<TRow>(UsageScope scope, Func<TRow, UsageTokens> tokens) => scope.HasTokens
        ? [new("total_cost_usd", FigureKind.Dollars, row => tokens(row).CostMicroUsd / 1_000_000m)]
        : [];

    private static UsageTable Page<TRow>(IReadOnlyList<TRow> all, TableOf<TRow> table, UsageFilter filter)
    {
        var sort = SortOf(table, filter);
        var first = (filter.Page - 1) * UsageTable.PageSize;
        IReadOnlyList<TRow> rows;
        var total = all.Count;

        // The first number is the order that they come in, which nearly everybody wants: only the page is made then.
        if (sort == table.Columns[0].Name && !filter.IsAscending && string.IsNullOrWhiteSpace(filter.Search))
        {
            rows = first < total
                ? [.. Enumerable.Range(first, Math.Min(UsageTable.PageSize, total - first)).Select(place => all[place])]
                : [];
        }
        else
        {
            var found = Ordered(all.Where(row => Matches(table, row, filter.Search)), table, sort, filter.IsAscending).ToList();
            (rows, total) = ([.. found.Skip(first).Take(UsageTable.PageSize)], found.Count);
        }

        return new UsageTable(
            [.. table.Columns.Select(column => new UsageTableColumn(column.Name, column.Kind))],
            [.. rows.Select(row => RowOf(table, row, filter.Open))], total);
    }

    private static UsageTableRow RowOf<TRow>(TableOf<TRow> table, TRow row, string? open)
    {
        var id = table.Id(row);
        return new UsageTableRow(
            id, Visible(table.Name(row)), Visible(table.Detail?.Invoke(row)),
            [.. table.Columns.Select(column => Exact(column.Kind, column.Value(row)))], id == open,
            id == open && table.Details is { } details
                ? [.. details(row).Select(map => new UsageBreakdown(
                    map.Column,
                    [.. map.Entries.Take(MostEntries).Select(e => new UsageCount(Names.Cut(e.Key, LongestName), Visible(e.Name), e.Count))],
                    Math.Max(0, map.Entries.Count - MostEntries)))]
                : []);
    }

    private static string? Visible(string? name) =>
        name is not null && Names.IsVisible(name) ? Names.Cut(name, LongestName) : null;

    /// <summary>The column that the rows are in the order of; <c>name</c>: the first.</summary>
    private static string SortOf<TRow>(TableOf<TRow> table, UsageFilter filter) =>
        filter.Sort is { } sort && (sort == UsageFilter.ByName || table.Columns.Any(c => c.Name == sort))
            ? sort
            : table.Columns[0].Name;

    private static IEnumerable<TRow> Ordered<TRow>(
        IEnumerable<TRow> rows, TableOf<TRow> table, string sort, bool isAscending)
    {
        var comparer = Comparer<IComparable?>.Create((a, b) =>
            (a, b) is (string first, string second)
                ? CultureInfo.CurrentCulture.CompareInfo.Compare(first, second, CompareOptions.IgnoreCase)
                : Comparer<IComparable?>.Default.Compare(a, b));
        var key = sort == UsageFilter.ByName
            ? row => table.Name(row) ?? table.Id(row)
            : table.Columns.First(c => c.Name == sort).Value;
        return (isAscending ? rows.OrderBy(key, comparer) : rows.OrderByDescending(key, comparer))
            .ThenBy(table.Id, StringComparer.Ordinal);
    }

    private static bool Matches<TRow>(TableOf<TRow> table, TRow row, string? search) =>
        string.IsNullOrWhiteSpace(search)
        || new[] { table.Id(row), table.Name(row), table.Detail?.Invoke(row) }.Any(
            text => text?.Contains(search.Trim(), StringComparison.CurrentCultureIgnoreCase) == true);

    /// <summary>As files write it.</summary>
    private static string Exact(FigureKind kind, IComparable? value) => (kind, value) switch
    {
        (_, null) => "",
        (FigureKind.Share, decimal share) => Rounded(share, 4),
        (FigureKind.Dollars, decimal dollars) => Rounded(dollars, 6),
        (FigureKind.Milliseconds, decimal milliseconds) => Rounded(milliseconds, 0),
        (_, decimal number) => Rounded(number, 2),
        (_, DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        (_, bool answer) => answer ? "true" : "false",
        (FigureKind.Role, string role) => role,
        (_, string text) => Names.Cut(text, LongestName),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Rounded(decimal number, int places) =>
        Math.Round(number, places, MidpointRounding.AwayFromZero).ToString($"F{places}", CultureInfo.InvariantCulture);

    /// <summary>How rows of a type are shown.</summary>
    private sealed record TableOf<TRow>(Func<TRow, string> Id, Func<TRow, string?> Name, Func<TRow, string?>? Detail = null)
    {
        /// <summary>The first is what rows come in the order of.</summary>
        public required IReadOnlyList<Column> Columns { get; init; }

        public Func<TRow, IEnumerable<(string Column, IReadOnlyList<UsageCount> Entries)>>? Details { get; init; }

        public sealed record Column(string Name, FigureKind Kind, Func<TRow, IComparable?> Value);
    }
}
