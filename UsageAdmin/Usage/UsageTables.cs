using UsageAdmin.Exports.Tables;

namespace UsageAdmin.Usage;

/// <summary>The tables of a usage export: one for CSV; in a workbook further ones with a row for each entry of a map.</summary>
internal static class UsageTables
{
    public static ITable OfType(UsageScope scope, UsageRequest request, CountedUsage counted) => request.Type switch
    {
        UsageDataType.Users => Table(scope, request, UsageColumns.Users(scope, request.IsExtended), counted.Users),
        UsageDataType.Assistants => Table(scope, request, UsageColumns.Assistants(scope, request.IsExtended), counted.Assistants),
        UsageDataType.Workflows => Table(scope, request, UsageColumns.Workflows(scope), counted.Workflows),
        UsageDataType.Projects => Table(scope, request, UsageColumns.Projects(scope, request.IsExtended), counted.Projects),
        UsageDataType.Models => Table(scope, request, UsageColumns.Models(scope, request.IsExtended), counted.Models),
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };

    /// <summary>Every map of the type with its names, ready for a pivot table.</summary>
    public static IReadOnlyList<ITable> Unfolded(UsageScope scope, UsageRequest request, CountedUsage counted) => request.Type switch
    {
        UsageDataType.Users =>
        [
            OfUsers(scope, counted, "users-assistants", "assistant", "messages", user => user.Assistants, isNamed: true),
            OfUsers(scope, counted, "users-projects", "project", "messages", user => user.Projects, isNamed: true),
            OfUsers(scope, counted, "users-models", "model_name", "messages", user => user.Models, isNamed: false),
            OfUsers(scope, counted, "users-actions", "action_name", "messages", user => user.Actions, isNamed: false),
        ],
        UsageDataType.Workflows =>
        [
            OfWorkflows(counted, "workflows-error-types", "error_type", workflow => workflow.ErrorTypes),
            OfWorkflows(counted, "workflows-triggers", "trigger", workflow => workflow.Triggers),
        ],
        _ => [],
    };

    private static Table<TRow> Table<TRow>(
        UsageScope scope, UsageRequest request, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows) =>
        new(UsageDataTypes.NameOf(request.Type), UsageColumns.Complete(scope, request.Period, columns), rows) { ReadsInParts = true };

    private static Table<(UserUsage User, UsageCount Entry)> OfUsers(
        UsageScope scope, CountedUsage counted, string name, string key, string value,
        Func<UserUsage, IReadOnlyList<UsageCount>> entries, bool isNamed)
    {
        var columns = new List<Column<(UserUsage User, UsageCount Entry)>>
        {
            new("user_id", ColumnKind.Text, row => Cell.Text(row.User.Id)),
        };
        if (scope.IsIdentified)
        {
            columns.Add(new("name", ColumnKind.Text, row => Cell.Text(row.User.Name)));
            columns.Add(new("email", ColumnKind.Text, row => Cell.Text(row.User.Email)));
        }

        columns.Add(new(isNamed ? $"{key}_id" : key, ColumnKind.Text, row => Cell.Text(row.Entry.Key)));
        if (isNamed)
        {
            columns.Add(new($"{key}_name", ColumnKind.Text, row => Cell.Text(row.Entry.Name)));
        }

        columns.Add(new(value, ColumnKind.Integer, row => Cell.Integer(row.Entry.Count)));
        return new(name, columns, new UnfoldedRows<UserUsage>(counted.Users, entries));
    }

    private static Table<(WorkflowUsage Workflow, UsageCount Entry)> OfWorkflows(
        CountedUsage counted, string name, string key, Func<WorkflowUsage, IReadOnlyList<UsageCount>> entries) => new(
        name,
        [
            new("workflow_id", ColumnKind.Text, row => Cell.Text(row.Workflow.Id)),
            new("workflow_name", ColumnKind.Text, row => Cell.Text(row.Workflow.Name)),
            new(key, ColumnKind.Text, row => Cell.Text(row.Entry.Key)),
            new("executions", ColumnKind.Integer, row => Cell.Integer(row.Entry.Count)),
        ],
        new UnfoldedRows<WorkflowUsage>(counted.Workflows, entries));
}
