namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// DDL of the tables that are large: the same natural keys as on SQLite, the workspace first, no foreign keys. So each of them
/// can be distributed over servers by its workspace. A later change is a new constant that its migration runs, never an edit.
/// </summary>
internal static class BigTables
{
    public const string Drop =
        """
        DROP TABLE conversation; DROP TABLE message; DROP TABLE message_feedback; DROP TABLE message_moderation;
        DROP TABLE message_file; DROP TABLE usage_slot; DROP TABLE action_use; DROP TABLE workflow_run;
        DROP TABLE usage_event; DROP TABLE external_key; DROP TABLE attribute_value; DROP TABLE packed_day;
        DROP TABLE usage_day;
        """;

    public const string Create =
        """
        CREATE TABLE conversation (
            workspace_id bigint NOT NULL, created_at bigint NOT NULL, no bigint NOT NULL,
            source_id bigint NOT NULL, user_id bigint NOT NULL, app_id bigint, project_id bigint, section_id bigint,
            model_id bigint, last_model_id bigint, temperature double precision, source_ended_at bigint,
            ended_at bigint,
            has_source_created_at bigint NOT NULL, message_count bigint NOT NULL, user_message_count bigint NOT NULL,
            flagged_message_count bigint NOT NULL, moderated_message_count bigint NOT NULL, marks bigint NOT NULL,
            content_json_bytes bigint NOT NULL, created_by_import_id bigint, changed_by_import_id bigint,
            missing_since_import_id bigint, deleted_at bigint, external_id text COLLATE "C" NOT NULL,
            public_id text COLLATE "C", title text COLLATE "C",
            channel text COLLATE "C", deployment text COLLATE "C",
            PRIMARY KEY (workspace_id, created_at, no));
        CREATE UNIQUE INDEX ix_conversation_external ON conversation (workspace_id, external_id, source_id);
        CREATE UNIQUE INDEX ix_conversation_no ON conversation (workspace_id, no);
        CREATE UNIQUE INDEX ix_conversation_public ON conversation (workspace_id,
            public_id) WHERE public_id IS NOT NULL;

        CREATE TABLE message (
            workspace_id bigint NOT NULL, conversation_created_at bigint NOT NULL, conversation_no bigint NOT NULL,
            seq bigint NOT NULL, created_at bigint NOT NULL, source bigint NOT NULL, marks bigint NOT NULL,
            model_id bigint, parent_seq bigint, input_tokens bigint, output_tokens bigint,
            cached_input_tokens bigint, cache_creation_tokens bigint, reasoning_tokens bigint, cost_micro_usd bigint,
            external_id text COLLATE "C" NOT NULL, content text COLLATE "C",
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq));

        CREATE TABLE message_feedback (
            workspace_id bigint NOT NULL, conversation_created_at bigint NOT NULL, conversation_no bigint NOT NULL,
            seq bigint NOT NULL, ordinal bigint NOT NULL, user_id bigint, rating bigint, marks bigint NOT NULL,
            created_at bigint, external_id text COLLATE "C" NOT NULL, reason text COLLATE "C",
            comment text COLLATE "C",
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal));

        CREATE TABLE message_moderation (
            workspace_id bigint NOT NULL, conversation_created_at bigint NOT NULL, conversation_no bigint NOT NULL,
            seq bigint NOT NULL, ordinal bigint NOT NULL, flagged bigint NOT NULL, score double precision,
            moderated_at bigint,
            external_id text COLLATE "C" NOT NULL, provider text COLLATE "C", category text COLLATE "C" NOT NULL,
            action text COLLATE "C",
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal));

        CREATE TABLE message_file (
            workspace_id bigint NOT NULL, conversation_created_at bigint NOT NULL, conversation_no bigint NOT NULL,
            seq bigint NOT NULL, ordinal bigint NOT NULL, bytes bigint, uploaded_at bigint,
            external_id text COLLATE "C" NOT NULL, media_type text COLLATE "C", name text COLLATE "C",
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal));

        CREATE TABLE usage_slot (
            workspace_id bigint NOT NULL, slot bigint NOT NULL, conversation_no bigint NOT NULL,
            model_id bigint NOT NULL, conversation_created_at bigint NOT NULL, user_id bigint NOT NULL,
            app_id bigint, project_id bigint, section_id bigint, surface bigint NOT NULL,
            user_messages bigint NOT NULL, provider_messages bigint NOT NULL, user_start_messages bigint NOT NULL,
            flagged_messages bigint NOT NULL, moderated_messages bigint NOT NULL, biased_messages bigint NOT NULL,
            inaccurate_messages bigint NOT NULL, inappropriate_messages bigint NOT NULL, requests bigint NOT NULL,
            failed_requests bigint NOT NULL, input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,
            cached_input_tokens bigint NOT NULL, cache_creation_tokens bigint NOT NULL,
            reasoning_tokens bigint NOT NULL, cost_micro_usd bigint NOT NULL, requests_with_tokens bigint NOT NULL,
            requests_with_cost bigint NOT NULL, min_input_tokens bigint, max_input_tokens bigint,
            min_output_tokens bigint, max_output_tokens bigint, responses bigint NOT NULL,
            response_milliseconds bigint NOT NULL, positive_ratings bigint NOT NULL, negative_ratings bigint NOT NULL,
            PRIMARY KEY (workspace_id, slot, conversation_no, model_id));

        CREATE TABLE action_use (
            workspace_id bigint NOT NULL, used_at bigint NOT NULL, conversation_no bigint NOT NULL,
            ordinal bigint NOT NULL, conversation_created_at bigint NOT NULL, seq bigint,
            action_name_id bigint NOT NULL, user_id bigint NOT NULL, external_id text COLLATE "C" NOT NULL,
            status text COLLATE "C",
            PRIMARY KEY (workspace_id, used_at, conversation_no, ordinal));
        CREATE INDEX ix_action_use_conversation ON action_use (workspace_id, conversation_no);

        CREATE TABLE workflow_run (
            workspace_id bigint NOT NULL, started_at bigint NOT NULL, id bigint NOT NULL, source_id bigint NOT NULL,
            workflow_id bigint NOT NULL, user_id bigint, status bigint NOT NULL, ended_at bigint,
            input_tokens bigint, output_tokens bigint, cost_micro_usd bigint, created_by_import_id bigint,
            changed_by_import_id bigint, external_id text COLLATE "C" NOT NULL, error_type text COLLATE "C",
            "trigger" text COLLATE "C",
            PRIMARY KEY (workspace_id, started_at, id));
        CREATE UNIQUE INDEX ix_workflow_run_external ON workflow_run (workspace_id, source_id, external_id);

        CREATE TABLE usage_event (
            workspace_id bigint NOT NULL, created_at bigint NOT NULL, id bigint NOT NULL, source_id bigint NOT NULL,
            user_id bigint, app_id bigint, project_id bigint, model_id bigint, input_tokens bigint,
            output_tokens bigint, cached_input_tokens bigint, cache_creation_tokens bigint, reasoning_tokens bigint,
            cost_micro_usd bigint, created_by_import_id bigint, changed_by_import_id bigint,
            external_id text COLLATE "C" NOT NULL, message_external_id text COLLATE "C", kind text COLLATE "C",
            PRIMARY KEY (workspace_id, created_at, id));
        CREATE UNIQUE INDEX ix_usage_event_external ON usage_event (workspace_id, source_id, external_id);

        CREATE TABLE external_key (
            workspace_id bigint NOT NULL, source_id bigint NOT NULL, entity_type bigint NOT NULL,
            external_id text COLLATE "C" NOT NULL, entity_id bigint NOT NULL,
            PRIMARY KEY (workspace_id, source_id, entity_type, external_id));

        CREATE TABLE attribute_value (
            entity_type bigint NOT NULL, entity_id bigint NOT NULL, attribute bigint NOT NULL,
            valid_from bigint NOT NULL, value text COLLATE "C",
            PRIMARY KEY (entity_type, entity_id, attribute, valid_from));

        CREATE TABLE usage_day (
            workspace_id bigint NOT NULL, day bigint NOT NULL, changed_at bigint NOT NULL, is_packed bigint NOT NULL,
            PRIMARY KEY (workspace_id, day));
        CREATE INDEX ix_usage_day_unpacked ON usage_day (changed_at) WHERE is_packed = 0;
        CREATE TABLE packed_day (
            workspace_id bigint NOT NULL, kind bigint NOT NULL, day bigint NOT NULL, columns bytea NOT NULL,
            PRIMARY KEY (workspace_id, kind, day));
        """;
}
