using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes workflow runs and token-only requests, each by its external id.</summary>
internal sealed class EventWriter(ImportScope scope, Identities identities)
{
    private static readonly string[] RunColumns = ["workspace_id", "started_at", "id", "source_id", "workflow_id", "user_id",
        "status", "ended_at", "input_tokens", "output_tokens", "cost_micro_usd", "created_by_import_id",
        "changed_by_import_id", "external_id", "error_type", "\"trigger\""];

    private static readonly string[] RequestColumns = ["workspace_id", "created_at", "id", "source_id", "user_id", "app_id",
        "project_id", "model_id", "input_tokens", "output_tokens", "cached_input_tokens", "cache_creation_tokens",
        "reasoning_tokens", "cost_micro_usd", "created_by_import_id", "changed_by_import_id", "external_id",
        "message_external_id", "kind"];

    private readonly EventKeys _runs = new(scope, "workflow_run", "started_at");
    private readonly EventKeys _requests = new(scope, "usage_event", "created_at");

    private sealed record Run(
        long WorkflowId, long? UserId, long Status, string? ErrorType, string? Trigger, long? EndedAt, long? Input,
        long? Output, long? Cost);

    private sealed record Request(
        long? UserId, long? AppId, long? ProjectId, long? ModelId, string? MessageId, string? Kind, TokenUsage Usage);

    /// <summary>Looks up at once what is written next, in this transaction.</summary>
    public void LookAhead(IReadOnlyList<ImportItem> items)
    {
        _runs.LookAhead([.. items.OfType<WorkflowRunItem>().Select(item => (item.Id, UnixMilliseconds.From(item.StartedAtUtc)))]);
        _requests.LookAhead([.. items.OfType<UsageEventItem>().Select(item => (item.Id, UnixMilliseconds.From(item.CreatedAtUtc)))]);
    }

    public void Write(WorkflowRunItem item)
    {
        var key = _runs.Find(item.Id);
        var stored = key is { } at ? ReadRun(at) : null;
        var startedAt = UnixMilliseconds.From(item.StartedAtUtc);
        var usage = item.Usage.IsSet ? item.Usage.Value ?? new TokenUsage() : null;
        var run = new Run(
            identities.Resolve(EntityType.Workflow, item.WorkflowId),
            Resolve(EntityType.User, item.UserId, stored?.UserId),
            (long)(item.Status.Or((RunStatus?)stored?.Status) ?? RunStatus.Unknown),
            item.ErrorType.Or(stored?.ErrorType),
            item.Trigger.Or(stored?.Trigger),
            item.EndedAtUtc.IsSet ? Milliseconds(item.EndedAtUtc.Value) : stored?.EndedAt,
            usage is null ? stored?.Input : usage.Input,
            usage is null ? stored?.Output : usage.Output,
            usage is null ? stored?.Cost : usage.CostMicroUsd);
        scope.Reach(startedAt);
        if (stored is not null && run == stored && key?.Time == startedAt)
        {
            scope.Report.Of("workflow-runs").Add(Outcome.Unchanged);
            return;
        }

        scope.Moved(startedAt);
        if (key is { } moved)
        {
            scope.Moved(moved.Time);
        }

        var createdBy = Delete("workflow_run", "started_at", RunColumns, key) ?? scope.ImportId;
        scope.Session.PrepareInsert("workflow_run", RunColumns)
            .Bind(1, scope.WorkspaceId).Bind(2, startedAt).Bind(3, _runs.Take(item.Id, startedAt)).Bind(4, scope.SourceId).Bind(5, run.WorkflowId)
            .Bind(6, run.UserId).Bind(7, run.Status).Bind(8, run.EndedAt).Bind(9, run.Input).Bind(10, run.Output)
            .Bind(11, run.Cost).Bind(12, createdBy).Bind(13, stored is null ? null : scope.ImportId).Bind(14, item.Id)
            .Bind(15, run.ErrorType).Bind(16, run.Trigger).Execute();
        scope.Report.Of("workflow-runs").Add(stored is null ? Outcome.Created : Outcome.Changed);
    }

    /// <summary>Writes a request that stands for itself, or one that is known to be of a message as it is.</summary>
    public void Write(UsageEventItem item) => Put(item, ReadStored(item), item.MessageId);

    /// <summary>Writes a request of a message; the message's tokens are to change by what is between the two.</summary>
    /// <returns>Null: it is another message's already.</returns>
    public (Tokens Before, Tokens Now)? Attach(UsageEventItem item)
    {
        var stored = ReadStored(item);
        if (stored?.Row.MessageId is { } owner && owner != item.MessageId.Value)
        {
            scope.Warn(item.Line, "other-message", "message_id", $"Request {item.Id} stays with message {owner}.");
            return null;
        }

        var now = Put(item, stored, item.MessageId);
        return (stored?.Row.MessageId is null ? default : TokensOf(stored.Row.Usage), TokensOf(now.Usage));
    }

    public static Tokens TokensOf(TokenUsage? usage) => usage is null
        ? default
        : new Tokens(
            usage.Input, usage.Output, usage.CachedInput, usage.CacheCreation, usage.Reasoning, usage.CostMicroUsd);

    private sealed record StoredRequest((long Time, long Id) Key, Request Row);

    private StoredRequest? ReadStored(UsageEventItem item) =>
        _requests.Find(item.Id) is { } key ? new StoredRequest(key, ReadRequest(key)) : null;

    private Request Put(UsageEventItem item, StoredRequest? storedRequest, Field<string> messageId)
    {
        var stored = storedRequest?.Row;
        var createdAt = UnixMilliseconds.From(item.CreatedAtUtc);
        var request = new Request(
            Resolve(EntityType.User, item.UserId, stored?.UserId),
            Resolve(EntityType.App, item.AppId, stored?.AppId),
            Resolve(EntityType.Project, item.ProjectId, stored?.ProjectId),
            Resolve(EntityType.Model, item.Model, stored?.ModelId),
            messageId.Or(stored?.MessageId),
            item.Kind.Or(stored?.Kind),
            item.Usage.Or(stored?.Usage) ?? new TokenUsage());
        scope.Reach(createdAt);
        if (request == stored && storedRequest?.Key.Time == createdAt)
        {
            scope.Report.Of("usage-events").Add(Outcome.Unchanged);
            return request;
        }

        scope.Moved(createdAt);
        if (storedRequest is { } moved)
        {
            scope.Moved(moved.Key.Time);
        }

        var createdBy = Delete("usage_event", "created_at", RequestColumns, storedRequest?.Key) ?? scope.ImportId;
        var usage = request.Usage;
        scope.CarriesTokens();
        scope.Session.PrepareInsert("usage_event", RequestColumns)
            .Bind(1, scope.WorkspaceId).Bind(2, createdAt).Bind(3, _requests.Take(item.Id, createdAt)).Bind(4, scope.SourceId).Bind(5, request.UserId)
            .Bind(6, request.AppId).Bind(7, request.ProjectId).Bind(8, request.ModelId).Bind(9, usage.Input)
            .Bind(10, usage.Output).Bind(11, usage.CachedInput).Bind(12, usage.CacheCreation).Bind(13, usage.Reasoning)
            .Bind(14, usage.CostMicroUsd).Bind(15, createdBy).Bind(16, stored is null ? null : scope.ImportId)
            .Bind(17, item.Id).Bind(18, request.MessageId).Bind(19, request.Kind).Execute();
        scope.Report.Of("usage-events").Add(stored is null ? Outcome.Created : Outcome.Changed);
        return request;
    }

    private long? Resolve(EntityType type, Field<string> externalId, long? stored) =>
        !externalId.IsSet ? stored : externalId.Value is { } value ? identities.Resolve(type, value) : null;

    private static long? Milliseconds(DateTime? utc) => utc is { } value ? UnixMilliseconds.From(value) : null;

    /// <summary>Removes the row that is to be replaced, kept for undoing; returns the import that made it.</summary>
    private long? Delete(string table, string time, string[] columns, (long Time, long Id)? key)
    {
        if (key is not { } stored)
        {
            return null;
        }

        var row = scope.Session.Prepare(
                $"DELETE FROM {table} WHERE workspace_id = ?1 AND {time} = ?2 AND id = ?3 " +
                $"RETURNING {string.Join(", ", columns)}")
            .Bind(1, scope.WorkspaceId).Bind(2, stored.Time).Bind(3, stored.Id);
        row.Step();
        var values = columns.Select((column, i) => (column.Trim('"'), row.Value(i))).ToArray();
        row.Reset();
        var createdBy = Of("created_by_import_id");
        if (createdBy != scope.ImportId && Of("changed_by_import_id") != scope.ImportId)
        {
            scope.Undo.Removed(table, values);
        }

        return createdBy;

        long? Of(string column) => (long?)values.First(v => v.Item1 == column).Item2;
    }

    private Run ReadRun((long Time, long Id) key)
    {
        var row = scope.Session.Prepare(
                "SELECT workflow_id, user_id, status, error_type, \"trigger\", ended_at, input_tokens, output_tokens, " +
                "cost_micro_usd FROM workflow_run WHERE workspace_id = ?1 AND started_at = ?2 AND id = ?3")
            .Bind(1, scope.WorkspaceId).Bind(2, key.Time).Bind(3, key.Id);
        row.Step();
        var run = new Run(
            row.Number(0), row.NullableNumber(1), row.Number(2), row.Text(3), row.Text(4), row.NullableNumber(5),
            row.NullableNumber(6), row.NullableNumber(7), row.NullableNumber(8));
        row.Reset();
        return run;
    }

    private Request ReadRequest((long Time, long Id) key)
    {
        var row = scope.Session.Prepare(
                "SELECT user_id, app_id, project_id, model_id, message_external_id, kind, input_tokens, output_tokens, " +
                "cached_input_tokens, cache_creation_tokens, reasoning_tokens, cost_micro_usd FROM usage_event " +
                "WHERE workspace_id = ?1 AND created_at = ?2 AND id = ?3")
            .Bind(1, scope.WorkspaceId).Bind(2, key.Time).Bind(3, key.Id);
        row.Step();
        var request = new Request(
            row.NullableNumber(0), row.NullableNumber(1), row.NullableNumber(2), row.NullableNumber(3), row.Text(4),
            row.Text(5),
            new TokenUsage
            {
                Input = row.NullableNumber(6),
                Output = row.NullableNumber(7),
                CachedInput = row.NullableNumber(8),
                CacheCreation = row.NullableNumber(9),
                Reasoning = row.NullableNumber(10),
                CostMicroUsd = row.NullableNumber(11),
            });
        row.Reset();
        return request;
    }
}
