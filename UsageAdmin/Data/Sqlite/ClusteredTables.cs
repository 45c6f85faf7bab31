namespace UsageAdmin.Data.Sqlite;

/// <summary>
/// DDL of the tables that are clustered by their natural key. Text stands last so that the counters of a row share its
/// first page. A later change is a new constant that its migration runs, never an edit.
/// </summary>
internal static class ClusteredTables
{
    public const string Drop =
        """
        DROP TABLE conversation; DROP TABLE message; DROP TABLE message_feedback; DROP TABLE message_moderation;
        DROP TABLE message_file; DROP TABLE usage_slot; DROP TABLE action_use; DROP TABLE workflow_run;
        DROP TABLE usage_event; DROP TABLE external_key; DROP TABLE attribute_value;
        """;

    public const string Create =
        """
        CREATE TABLE conversation (
            workspace_id INTEGER NOT NULL, created_at INTEGER NOT NULL, no INTEGER NOT NULL,
            source_id INTEGER NOT NULL, user_id INTEGER NOT NULL, app_id INTEGER, project_id INTEGER, section_id INTEGER,
            model_id INTEGER, last_model_id INTEGER, temperature REAL, source_ended_at INTEGER, ended_at INTEGER,
            has_source_created_at INTEGER NOT NULL, message_count INTEGER NOT NULL, user_message_count INTEGER NOT NULL,
            flagged_message_count INTEGER NOT NULL, moderated_message_count INTEGER NOT NULL, marks INTEGER NOT NULL,
            content_json_bytes INTEGER NOT NULL, created_by_import_id INTEGER, changed_by_import_id INTEGER,
            missing_since_import_id INTEGER, deleted_at INTEGER, external_id TEXT NOT NULL, public_id TEXT, title TEXT,
            channel TEXT, deployment TEXT,
            PRIMARY KEY (workspace_id, created_at, no)) WITHOUT ROWID;
        CREATE UNIQUE INDEX ix_conversation_external ON conversation (workspace_id, external_id, source_id);
        CREATE UNIQUE INDEX ix_conversation_no ON conversation (workspace_id, no);
        CREATE UNIQUE INDEX ix_conversation_public ON conversation (workspace_id, public_id) WHERE public_id IS NOT NULL;

        CREATE TABLE message (
            workspace_id INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            seq INTEGER NOT NULL, created_at INTEGER NOT NULL, source INTEGER NOT NULL, marks INTEGER NOT NULL,
            model_id INTEGER, parent_seq INTEGER, input_tokens INTEGER, output_tokens INTEGER,
            cached_input_tokens INTEGER, cache_creation_tokens INTEGER, reasoning_tokens INTEGER, cost_micro_usd INTEGER,
            external_id TEXT NOT NULL, content TEXT,
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq)) WITHOUT ROWID;

        CREATE TABLE message_feedback (
            workspace_id INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            seq INTEGER NOT NULL, ordinal INTEGER NOT NULL, user_id INTEGER, rating INTEGER, marks INTEGER NOT NULL,
            created_at INTEGER, external_id TEXT NOT NULL, reason TEXT, comment TEXT,
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal)) WITHOUT ROWID;

        CREATE TABLE message_moderation (
            workspace_id INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            seq INTEGER NOT NULL, ordinal INTEGER NOT NULL, flagged INTEGER NOT NULL, score REAL, moderated_at INTEGER,
            external_id TEXT NOT NULL, provider TEXT, category TEXT NOT NULL, action TEXT,
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal)) WITHOUT ROWID;

        CREATE TABLE message_file (
            workspace_id INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            seq INTEGER NOT NULL, ordinal INTEGER NOT NULL, bytes INTEGER, uploaded_at INTEGER,
            external_id TEXT NOT NULL, media_type TEXT, name TEXT,
            PRIMARY KEY (workspace_id, conversation_created_at, conversation_no, seq, ordinal)) WITHOUT ROWID;

        CREATE TABLE usage_slot (
            workspace_id INTEGER NOT NULL, slot INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            model_id INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, user_id INTEGER NOT NULL,
            app_id INTEGER, project_id INTEGER, section_id INTEGER, surface INTEGER NOT NULL,
            user_messages INTEGER NOT NULL, provider_messages INTEGER NOT NULL, user_start_messages INTEGER NOT NULL,
            flagged_messages INTEGER NOT NULL, moderated_messages INTEGER NOT NULL, biased_messages INTEGER NOT NULL,
            inaccurate_messages INTEGER NOT NULL, inappropriate_messages INTEGER NOT NULL, requests INTEGER NOT NULL,
            failed_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
            cached_input_tokens INTEGER NOT NULL, cache_creation_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL, cost_micro_usd INTEGER NOT NULL, requests_with_tokens INTEGER NOT NULL,
            PRIMARY KEY (workspace_id, slot, conversation_no, model_id)) WITHOUT ROWID;

        CREATE TABLE action_use (
            workspace_id INTEGER NOT NULL, used_at INTEGER NOT NULL, conversation_no INTEGER NOT NULL,
            ordinal INTEGER NOT NULL, conversation_created_at INTEGER NOT NULL, seq INTEGER,
            action_name_id INTEGER NOT NULL, user_id INTEGER NOT NULL, external_id TEXT NOT NULL, status TEXT,
            PRIMARY KEY (workspace_id, used_at, conversation_no, ordinal)) WITHOUT ROWID;
        CREATE INDEX ix_action_use_conversation ON action_use (workspace_id, conversation_no);

        CREATE TABLE workflow_run (
            workspace_id INTEGER NOT NULL, started_at INTEGER NOT NULL, id INTEGER NOT NULL, source_id INTEGER NOT NULL,
            workflow_id INTEGER NOT NULL, user_id INTEGER, status INTEGER NOT NULL, ended_at INTEGER,
            input_tokens INTEGER, output_tokens INTEGER, cost_micro_usd INTEGER, created_by_import_id INTEGER,
            changed_by_import_id INTEGER, external_id TEXT NOT NULL, error_type TEXT, "trigger" TEXT,
            PRIMARY KEY (workspace_id, started_at, id)) WITHOUT ROWID;
        CREATE UNIQUE INDEX ix_workflow_run_external ON workflow_run (workspace_id, source_id, external_id);

        CREATE TABLE usage_event (
            workspace_id INTEGER NOT NULL, created_at INTEGER NOT NULL, id INTEGER NOT NULL, source_id INTEGER NOT NULL,
            user_id INTEGER, app_id INTEGER, project_id INTEGER, model_id INTEGER, input_tokens INTEGER,
            output_tokens INTEGER, cached_input_tokens INTEGER, cache_creation_tokens INTEGER, reasoning_tokens INTEGER,
            cost_micro_usd INTEGER, created_by_import_id INTEGER, changed_by_import_id INTEGER,
            external_id TEXT NOT NULL, message_external_id TEXT, kind TEXT,
            PRIMARY KEY (workspace_id, created_at, id)) WITHOUT ROWID;
        CREATE UNIQUE INDEX ix_usage_event_external ON usage_event (workspace_id, source_id, external_id);

        CREATE TABLE external_key (
            workspace_id INTEGER NOT NULL, source_id INTEGER NOT NULL, entity_type INTEGER NOT NULL,
            external_id TEXT NOT NULL, entity_id INTEGER NOT NULL,
            PRIMARY KEY (workspace_id, source_id, entity_type, external_id)) WITHOUT ROWID;

        CREATE TABLE attribute_value (
            entity_type INTEGER NOT NULL, entity_id INTEGER NOT NULL, attribute INTEGER NOT NULL,
            valid_from INTEGER NOT NULL, value TEXT,
            PRIMARY KEY (entity_type, entity_id, attribute, valid_from)) WITHOUT ROWID;
        """;

    /// <summary>
    /// With a row, not yet packed, for every day that has rows already. The partial index finds what is to be packed.
    /// </summary>
    public const string CreateUsageDay =
        """
        CREATE TABLE usage_day (
            workspace_id INTEGER NOT NULL, day INTEGER NOT NULL, changed_at INTEGER NOT NULL, is_packed INTEGER NOT NULL,
            PRIMARY KEY (workspace_id, day)) WITHOUT ROWID;
        CREATE INDEX ix_usage_day_unpacked ON usage_day (changed_at) WHERE is_packed = 0;
        CREATE TABLE packed_day (
            workspace_id INTEGER NOT NULL, kind INTEGER NOT NULL, day INTEGER NOT NULL, columns BLOB NOT NULL,
            PRIMARY KEY (workspace_id, kind, day)) WITHOUT ROWID;
        INSERT INTO usage_day (workspace_id, day, changed_at, is_packed)
            SELECT workspace_id, slot - slot % 86400000, 0, 0 FROM usage_slot
            UNION SELECT workspace_id, created_at - created_at % 86400000, 0, 0 FROM conversation;
        """;

    /// <summary>Not by altering the column: that would rebuild the table outside of the migration's transaction.</summary>
    public const string LetOwnModelKeysBeUndecided =
        """
        ALTER TABLE organization RENAME COLUMN own_model_keys_enabled TO own_model_keys_before;
        ALTER TABLE organization ADD COLUMN own_model_keys_enabled INTEGER;
        UPDATE organization SET own_model_keys_enabled = 1 WHERE own_model_keys_before = 1;
        ALTER TABLE organization DROP COLUMN own_model_keys_before;
        """;

    public const string DecideOwnModelKeys =
        """
        ALTER TABLE organization RENAME COLUMN own_model_keys_enabled TO own_model_keys_before;
        ALTER TABLE organization ADD COLUMN own_model_keys_enabled INTEGER NOT NULL DEFAULT 0;
        UPDATE organization SET own_model_keys_enabled = 1 WHERE own_model_keys_before = 1;
        ALTER TABLE organization DROP COLUMN own_model_keys_before;
        """;

    /// <summary>What one answer took and was worth, counted anew for the rows that are there already.</summary>
    public const string AddUsageOfAnswers =
        """
        ALTER TABLE usage_slot ADD COLUMN requests_with_cost INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage_slot ADD COLUMN min_input_tokens INTEGER;
        ALTER TABLE usage_slot ADD COLUMN max_input_tokens INTEGER;
        ALTER TABLE usage_slot ADD COLUMN min_output_tokens INTEGER;
        ALTER TABLE usage_slot ADD COLUMN max_output_tokens INTEGER;
        ALTER TABLE usage_slot ADD COLUMN responses INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage_slot ADD COLUMN response_milliseconds INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage_slot ADD COLUMN positive_ratings INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE usage_slot ADD COLUMN negative_ratings INTEGER NOT NULL DEFAULT 0;
        UPDATE usage_slot AS s SET
            (requests_with_cost, min_input_tokens, max_input_tokens, min_output_tokens, max_output_tokens, responses,
                response_milliseconds, positive_ratings, negative_ratings) = (
            SELECT count(m.cost_micro_usd), min(m.input_tokens), max(m.input_tokens), min(m.output_tokens),
                max(m.output_tokens),
                count(CASE WHEN m.marks & 1792 = 0 AND p.created_at <= m.created_at THEN 1 END),
                coalesce(sum(CASE WHEN m.marks & 1792 = 0 AND p.created_at <= m.created_at
                    THEN m.created_at - p.created_at END), 0),
                coalesce(sum(CASE WHEN m.marks & 768 = 0 THEN (SELECT count(*) FROM message_feedback f
                    WHERE f.workspace_id = m.workspace_id AND f.conversation_created_at = m.conversation_created_at
                        AND f.conversation_no = m.conversation_no AND f.seq = m.seq AND f.rating = 1) END), 0),
                coalesce(sum(CASE WHEN m.marks & 768 = 0 THEN (SELECT count(*) FROM message_feedback f
                    WHERE f.workspace_id = m.workspace_id AND f.conversation_created_at = m.conversation_created_at
                        AND f.conversation_no = m.conversation_no AND f.seq = m.seq AND f.rating = -1) END), 0)
            FROM message m LEFT JOIN message p ON p.workspace_id = m.workspace_id
                AND p.conversation_created_at = m.conversation_created_at AND p.conversation_no = m.conversation_no
                AND p.seq = m.parent_seq AND p.source = 0 AND p.marks & 1792 = 0
            WHERE m.workspace_id = s.workspace_id AND m.conversation_created_at = s.conversation_created_at
                AND m.conversation_no = s.conversation_no AND m.source = 1
                AND m.created_at >= s.slot AND m.created_at < s.slot + 900000
                AND s.model_id = coalesce(
                    m.model_id,
                    (SELECT a.model_id FROM message a WHERE a.workspace_id = m.workspace_id
                        AND a.conversation_created_at = m.conversation_created_at AND a.conversation_no = m.conversation_no
                        AND a.parent_seq = m.seq AND a.source = 1 AND a.marks & 768 = 0 ORDER BY a.seq LIMIT 1),
                    (SELECT c.model_id FROM conversation c WHERE c.workspace_id = m.workspace_id
                        AND c.created_at = m.conversation_created_at AND c.no = m.conversation_no),
                    0))
            WHERE requests > 0;
        UPDATE organization SET own_model_keys_enabled = 1 WHERE own_model_keys_enabled IS NULL AND EXISTS (
            SELECT 1 FROM workspace w JOIN usage_slot s ON s.workspace_id = w.id
            WHERE w.organization_id = organization.id AND s.requests_with_tokens > 0);
        UPDATE usage_day SET is_packed = 0;
        DELETE FROM packed_day WHERE kind = 4;
        """;

    public const string DropUsageOfAnswers =
        """
        ALTER TABLE usage_slot DROP COLUMN requests_with_cost;
        ALTER TABLE usage_slot DROP COLUMN min_input_tokens;
        ALTER TABLE usage_slot DROP COLUMN max_input_tokens;
        ALTER TABLE usage_slot DROP COLUMN min_output_tokens;
        ALTER TABLE usage_slot DROP COLUMN max_output_tokens;
        ALTER TABLE usage_slot DROP COLUMN responses;
        ALTER TABLE usage_slot DROP COLUMN response_milliseconds;
        ALTER TABLE usage_slot DROP COLUMN positive_ratings;
        ALTER TABLE usage_slot DROP COLUMN negative_ratings;
        UPDATE usage_day SET is_packed = 0;
        DELETE FROM packed_day WHERE kind > 4;
        """;

    /// <summary>The rows of kinds 5 to 7 have another order now: what is packed is packed anew.</summary>
    public const string PackAnew = "UPDATE usage_day SET is_packed = 0; DELETE FROM packed_day WHERE kind IN (5, 6, 7)";

    public const string DropUsageDay = "DROP TABLE packed_day; DROP TABLE usage_day";
}
