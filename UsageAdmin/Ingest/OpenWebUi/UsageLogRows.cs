using System.Globalization;
using UsageAdmin.Data;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The rows of <c>usage_log</c>, where a database has it: requests by key, in channels, in temporary chats and in the
/// background. Those of kept chats are left out, because their messages say the same and would count twice.
/// </summary>
internal static class UsageLogRows
{
    private static readonly string[] Columns = ["id", "user_id", "model_id", "base_model_id", "source", "created_at",
        "input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens", "cost", "currency"];

    public static IEnumerable<ImportItem> Read(
        TableReader tables, OpenWebUiTimes times, CustomModels models, Func<string?, bool> isTaken) =>
        tables.Read("usage_log", Columns, (row, remarks) =>
        {
            var userId = row.Id(1, "usage_log.user_id", remarks);
            var source = row.Storable(4, remarks);
            if (source == "chat" || !isTaken(userId))
            {
                return [];
            }

            if (row.Id(0, "usage_log.id", remarks) is not { } id || row.Time(5, "usage_log.created_at", times, remarks) is not { } at)
            {
                return
                [
                    new ProblemItem(Refused: true, "invalid-value", "usage_log.id",
                        "a row of table usage_log without a usable id or time is left out") { Line = tables.Line },
                ];
            }

            var model = row.Id(2, "usage_log.model_id", remarks);
            var asked = row.Id(3, "usage_log.base_model_id", remarks) ?? (model is null ? null : models.BaseOf(model));
            return
            [
                new UsageEventItem
                {
                    Id = id,
                    Line = tables.Line,
                    CreatedAtUtc = at,
                    UserId = userId ?? default(Field<string>),
                    AppId = model is not null && models.Contains(model) ? model : default(Field<string>),
                    Model = asked ?? default(Field<string>),
                    Kind = source ?? default(Field<string>),
                    Usage = Usage(row),
                },
            ];
        });

    private static TokenUsage Usage(Statement row) => new()
    {
        Input = Count(row, 6),
        Output = Count(row, 7),
        CachedInput = Count(row, 8),
        Reasoning = Count(row, 9),
        CostMicroUsd = row.Text(11) == "USD"
            && decimal.TryParse(row.Text(10), NumberStyles.Float, CultureInfo.InvariantCulture, out var cost)
            && cost is >= 0 and <= 1_000_000_000m
                ? (long)decimal.Round(cost * 1_000_000m)
                : null,
    };

    private static long? Count(Statement row, int column) =>
        row.NullableNumber(column) is { } count and >= 0 and <= 1_000_000_000_000 ? count : null;
}
