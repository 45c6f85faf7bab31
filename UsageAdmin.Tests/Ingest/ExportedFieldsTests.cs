namespace UsageAdmin.Tests.Ingest;

/// <summary>What an export shows must be able to come in: every column and field, and the NDJSON fields it is made of.</summary>
public sealed class ExportedFieldsTests : IngestTest
{
    /// <summary>Columns that are made by the export itself: its range, its ids, counts and ranks of rows counted elsewhere here.</summary>
    private const string UsageColumns =
        """
        users: user_id=user.id name=user.name email=user.email role=membership.role joined_at=membership.joined_at
        users: messages_total=message.source,message.created_at messages_chat=conversation.user_id
        users: messages_assistants=conversation.app_id assistants_to_messages=conversation.app_id
        users: messages_projects=conversation.project_id projects_to_messages=conversation.project_id
        users: model_to_messages_total=message.model,conversation.model action_to_messages=action.name,action.created_at,action.message_id
        users: sum_prompt_tokens=message.usage sum_completion_tokens=usage_event.usage,usage_event.user_id,usage_event.model
        assistants: assistant_id=app.id assistant_name=app.name assistant_description=app.description assistant_url=app.url
        assistants: assistant_owner_id=app.creator_id positive_feedback=feedback.rating error_rate=message.error
        workflows: workflow_id=workflow.id workflow_name=workflow.name workflow_owner_id=workflow.creator_id
        workflows: executions=workflow_run.workflow_id,workflow_run.started_at success_rate=workflow_run.status
        workflows: error_type_to_executions=workflow_run.error_type duration_ms_avg=workflow_run.ended_at
        workflows: trigger_to_executions=workflow_run.trigger unique_users=workflow_run.user_id sum_prompt_tokens=workflow_run.usage
        projects: project_id=project.id project_name=project.name project_owner_id=project.creator_id
        models: name=model.id provider=model.provider bring_your_keys=model.bring_your_keys
        models: total_cost_usd=model.usd_per_million_input,model.usd_per_million_output,message.usage
        models: source=conversation.channel deployment=conversation.deployment
        """;

    private const string AnalyticsColumns =
        """
        user: org_role=user.role apps_created=app.created_at apps_published=app.published_at,app.published last_active_at=message.created_at
        app: app_status=app.archived_at category=app.category model_name=app.model
        app: avg_session_duration_seconds=conversation.ended_at flagged_messages=feedback.flags moderated_messages=moderation.flagged
        general: members=membership.left_at,membership.user_id,user.joined_at sections=membership.section_id,section.name
        """;

    private const string ActivityFields =
        """
        appId=conversation.app_id appName=app.name conversationId=conversation.id modelName=message.model temperature=conversation.temperature
        userId=conversation.user_id userEmail=user.email createdAt=conversation.created_at endedAt=conversation.ended_at
        content=message.content timestamp=message.created_at source=message.source onActivePath=message.active,message.parent_id
        isBiased=feedback.flags isInaccurate=feedback.flags isInappropriate=feedback.flags category=moderation.categories
        flagged=moderation.flagged score=moderation.categories action=moderation.action moderatedAt=moderation.created_at
        id=file.id fileName=file.name mimeType=file.media_type sizeBytes=file.bytes uploadedAt=file.uploaded_at
        selectedSections=conversation.section_id
        """;

    private static readonly Dictionary<string, string> Required = new(StringComparer.Ordinal)
    {
        ["membership"] = "user_id",
        ["message"] = "id conversation_id source",
        ["feedback"] = "id conversation_id message_id",
        ["moderation"] = "id conversation_id message_id",
        ["file"] = "id conversation_id message_id",
        ["action"] = "id conversation_id message_id name",
        ["workflow_run"] = "id workflow_id started_at",
        ["usage_event"] = "id created_at",
    };

    [Fact]
    public async Task Every_exported_column_and_field_can_come_in()
    {
        var fields = string.Join('\n', UsageColumns, AnalyticsColumns, ActivityFields)
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Contains('=', StringComparison.Ordinal))
            .SelectMany(word => word.Split('=')[1].Split(','))
            .Distinct(StringComparer.Ordinal)
            .Select(field => field.Split('.'))
            .GroupBy(field => field[0], field => field[1], StringComparer.Ordinal);
        var lines = fields.Select(type => Record(
            type.Key, type.Concat(Required.GetValueOrDefault(type.Key, "id").Split(' ')).Distinct(StringComparer.Ordinal))).ToArray();

        var report = await ImportAsync(lines);

        Assert.Equal([], report.Problems.Select(p => $"{p.Code} {p.Field}: {p.Text}"));
    }

    private static string Record(string type, IEnumerable<string> fields) =>
        $"{{\"type\":\"{type}\",{string.Join(',', fields.Select(field => $"\"{field}\":{Value(type, field)}"))}}}";

    private static string Value(string type, string field) => (type, field) switch
    {
        (_, "role") => "\"editor\"",
        (_, "status") => "\"ok\"",
        ("message", "source") => "\"provider\"",
        (_, "action") => "\"hidden\"",
        (_, "flags") => "[\"biased\"]",
        (_, "categories") => "{\"hate\":0.9}",
        (_, "usage") => "{\"input\":1,\"output\":2,\"cached_input\":1,\"cache_creation\":0,\"reasoning\":0,\"cost\":0.5,\"currency\":\"USD\"}",
        (_, "rating" or "bytes" or "temperature" or "usd_per_million_input" or "usd_per_million_output") => "1",
        (_, "published" or "bring_your_keys" or "flagged" or "active") => "true",
        (_, "error") => "null",
        _ when field.EndsWith("_at", StringComparison.Ordinal) => "\"2026-01-05T10:00:00Z\"",
        _ => "\"x\"",
    };
}
