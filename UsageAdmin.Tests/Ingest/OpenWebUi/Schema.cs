namespace UsageAdmin.Tests.Ingest.OpenWebUi;

/// <summary>
/// The tables of Open WebUI as its versions make them: ~0.5 (alembic 3781e22d8b01), 0.7 (c440947495f3, from a real file) and
/// 0.8 (8452d01d26d7 and the grants behind it, from the migrations). Columns and tables that hold secrets are part of them.
/// </summary>
internal static class Schema
{
    private const string Shared = """
        CREATE TABLE auth(id VARCHAR(255) NOT NULL, email VARCHAR(255) NOT NULL, password TEXT NOT NULL, active INTEGER NOT NULL);
        CREATE TABLE config(id INTEGER NOT NULL, data JSON NOT NULL, version INTEGER NOT NULL, created_at DATETIME, updated_at DATETIME);
        CREATE TABLE tool(id TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, specs TEXT NOT NULL,
          meta TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, valves TEXT, access_control JSON);
        CREATE TABLE feedback(id TEXT NOT NULL, user_id TEXT, version BIGINT, type TEXT, data JSON, meta JSON, snapshot JSON,
          created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY(id));
        CREATE TABLE file(id TEXT NOT NULL, user_id TEXT NOT NULL, filename TEXT NOT NULL, meta JSON, created_at INTEGER NOT NULL, hash TEXT,
          data JSON, updated_at BIGINT, path TEXT, access_control JSON);
        CREATE TABLE message(id TEXT NOT NULL, user_id TEXT, channel_id TEXT, content TEXT, data JSON, meta JSON, created_at BIGINT,
          updated_at BIGINT, parent_id TEXT, PRIMARY KEY(id), UNIQUE(id));
        """;

    private const string NewUser = """
        CREATE TABLE "user"(id VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, email VARCHAR(255) NOT NULL, role VARCHAR(255) NOT NULL,
          profile_image_url TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, last_active_at INTEGER NOT NULL,
          username VARCHAR(50), bio TEXT, gender TEXT, date_of_birth DATE, profile_banner_image_url TEXT, timezone VARCHAR, presence_state VARCHAR,
          status_emoji VARCHAR, status_message TEXT, status_expires_at BIGINT, oauth JSON, info JSON, settings JSON,
          CONSTRAINT pk_user_id PRIMARY KEY(id), CONSTRAINT uq_user_id UNIQUE(id));
        CREATE TABLE api_key(id TEXT NOT NULL, user_id TEXT NOT NULL, key TEXT NOT NULL, data JSON, created_at BIGINT NOT NULL, PRIMARY KEY(id));
        CREATE TABLE oauth_session(id TEXT NOT NULL, user_id TEXT NOT NULL, provider TEXT NOT NULL, token TEXT NOT NULL, PRIMARY KEY(id));
        CREATE TABLE chat(id VARCHAR(255) NOT NULL, user_id VARCHAR(255) NOT NULL, title TEXT NOT NULL, share_id VARCHAR(255), archived INTEGER NOT NULL,
          created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, chat JSON, pinned BOOLEAN, meta JSON DEFAULT '{}' NOT NULL, folder_id TEXT);
        CREATE UNIQUE INDEX chat_id ON chat(id);
        CREATE TABLE chat_file(id TEXT NOT NULL, user_id TEXT NOT NULL, chat_id TEXT NOT NULL, file_id TEXT NOT NULL, message_id TEXT,
          created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY(id), UNIQUE(chat_id,file_id), FOREIGN KEY(chat_id) REFERENCES chat(id)
          ON DELETE CASCADE, FOREIGN KEY(file_id) REFERENCES file(id) ON DELETE CASCADE);
        CREATE TABLE folder(id TEXT NOT NULL, parent_id TEXT, user_id TEXT NOT NULL, name TEXT NOT NULL, items JSON, meta JSON, is_expanded BOOLEAN NOT NULL,
          created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, data JSON, PRIMARY KEY(id,user_id));
        CREATE TABLE "group"(id TEXT NOT NULL, user_id TEXT, name TEXT, description TEXT, data JSON, meta JSON, permissions JSON, created_at BIGINT,
          updated_at BIGINT, PRIMARY KEY(id), UNIQUE(id));
        CREATE TABLE group_member(id TEXT NOT NULL, group_id TEXT NOT NULL, user_id TEXT NOT NULL, created_at BIGINT, updated_at BIGINT, PRIMARY KEY(id),
          UNIQUE(group_id,user_id), FOREIGN KEY(group_id) REFERENCES "group"(id) ON DELETE CASCADE, FOREIGN KEY(user_id) REFERENCES "user"(id) ON DELETE CASCADE);
        """;

    private const string ModelWithAccess = """
        CREATE TABLE model(id TEXT NOT NULL, user_id TEXT NOT NULL, base_model_id TEXT, name TEXT NOT NULL, meta TEXT NOT NULL, params TEXT NOT NULL,
          created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, access_control JSON, is_active BOOLEAN DEFAULT 1 NOT NULL);
        """;

    /// <summary>Members in a list, keys on the user, folders without <c>data</c>, text columns in place of JSON.</summary>
    public const string Old = Shared + ModelWithAccess + """
        CREATE TABLE "user"(id VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, email VARCHAR(255) NOT NULL, role VARCHAR(255) NOT NULL,
          profile_image_url TEXT NOT NULL, api_key VARCHAR(255), created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
          last_active_at INTEGER NOT NULL, settings TEXT, info TEXT, oauth_sub TEXT);
        CREATE UNIQUE INDEX user_id ON "user"(id);
        CREATE TABLE chat(id VARCHAR(255) NOT NULL, user_id VARCHAR(255) NOT NULL, title TEXT NOT NULL, share_id VARCHAR(255), archived INTEGER NOT NULL,
          created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, chat JSON, pinned BOOLEAN, meta JSON DEFAULT '{}' NOT NULL, folder_id TEXT);
        CREATE UNIQUE INDEX chat_id ON chat(id);
        CREATE TABLE folder(id TEXT NOT NULL, parent_id TEXT, user_id TEXT NOT NULL, name TEXT NOT NULL, items JSON, meta JSON, is_expanded BOOLEAN NOT NULL,
          created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY(id,user_id));
        CREATE TABLE "group"(id TEXT NOT NULL, user_id TEXT, name TEXT, description TEXT, data JSON, meta JSON, permissions JSON, user_ids JSON,
          created_at BIGINT, updated_at BIGINT, PRIMARY KEY(id), UNIQUE(id));
        """;

    public const string V07 = Shared + ModelWithAccess + NewUser;

    /// <summary>Messages in a table of their own; who may use a model stands in grants.</summary>
    public const string V08 = Shared + NewUser + """
        CREATE TABLE model(id TEXT NOT NULL, user_id TEXT NOT NULL, base_model_id TEXT, name TEXT NOT NULL, meta TEXT NOT NULL, params TEXT NOT NULL,
          created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, is_active BOOLEAN DEFAULT 1 NOT NULL);
        CREATE TABLE access_grant(id TEXT NOT NULL PRIMARY KEY, resource_type TEXT NOT NULL, resource_id TEXT NOT NULL,
          principal_type TEXT NOT NULL, principal_id TEXT NOT NULL, permission TEXT NOT NULL, created_at BIGINT NOT NULL);
        CREATE TABLE chat_message(id TEXT PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chat(id) ON DELETE CASCADE, user_id TEXT,
          role TEXT NOT NULL, parent_id TEXT, content JSON, output JSON, model_id TEXT, files JSON, sources JSON, embeds JSON, done BOOLEAN,
          status_history JSON, error JSON, usage JSON, created_at BIGINT, updated_at BIGINT);
        CREATE INDEX chat_message_chat_parent_idx ON chat_message(chat_id, parent_id);
        """;

    /// <summary>Seen in the source, in no release that is known.</summary>
    public const string UsageLog = """
        CREATE TABLE usage_log(id TEXT PRIMARY KEY, user_id TEXT, chat_id TEXT, message_id TEXT, model_id TEXT, base_model_id TEXT, source TEXT,
          status TEXT, input_tokens BIGINT, output_tokens BIGINT, cached_tokens BIGINT, reasoning_tokens BIGINT, total_tokens BIGINT, cost NUMERIC,
          currency TEXT, created_at BIGINT);
        """;
}
