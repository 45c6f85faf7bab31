using System;
using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.PostgreSql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace UsageAdmin.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(BigTables.Create);

            migrationBuilder.CreateTable(
                name: "account",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    is_operator = table.Column<long>(type: "bigint", nullable: false),
                    last_workspace_id = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    user_name = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    normalized_user_name = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    email = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    normalized_email = table.Column<string>(type: "text", maxLength: 256, nullable: true, collation: "C"),
                    email_confirmed = table.Column<long>(type: "bigint", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    security_stamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    concurrency_stamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    phone_number = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    phone_number_confirmed = table.Column<long>(type: "bigint", nullable: false),
                    two_factor_enabled = table.Column<long>(type: "bigint", nullable: false),
                    lockout_end = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lockout_enabled = table.Column<long>(type: "bigint", nullable: false),
                    access_failed_count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "action_name",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_action_name", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "app",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    category = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    creator_user_id = table.Column<long>(type: "bigint", nullable: true),
                    is_published = table.Column<long>(type: "bigint", nullable: false),
                    published_at = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: true),
                    archived_at = table.Column<long>(type: "bigint", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    url = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    model_id = table.Column<long>(type: "bigint", nullable: true),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_app", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_event",
                columns: table => new
                {
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    no = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    workspace_id = table.Column<long>(type: "bigint", nullable: true),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    account_id = table.Column<long>(type: "bigint", nullable: true),
                    actor_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    target = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    concerned_user_id = table.Column<long>(type: "bigint", nullable: true),
                    remote_address = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    details = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_event", x => new { x.organization_id, x.no });
                });

            migrationBuilder.CreateTable(
                name: "export",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    workspace_id = table.Column<long>(type: "bigint", nullable: true),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    account_id = table.Column<long>(type: "bigint", nullable: true),
                    api_key_id = table.Column<long>(type: "bigint", nullable: true),
                    actor_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    origin = table.Column<long>(type: "bigint", nullable: false),
                    parameters = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<long>(type: "bigint", nullable: false),
                    failure = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: true),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    cancel_requested_at = table.Column<long>(type: "bigint", nullable: true),
                    done_rows = table.Column<long>(type: "bigint", nullable: true),
                    expected_rows = table.Column<long>(type: "bigint", nullable: true),
                    rows = table.Column<long>(type: "bigint", nullable: true),
                    bytes = table.Column<long>(type: "bigint", nullable: true),
                    totals = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    sha256 = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    file_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    download_name = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_export", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "import",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    source_id = table.Column<long>(type: "bigint", nullable: false),
                    format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    file_name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    state = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    seen_at = table.Column<long>(type: "bigint", nullable: true),
                    cancel_requested_at = table.Column<long>(type: "bigint", nullable: true),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    items = table.Column<long>(type: "bigint", nullable: false),
                    options = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    conversations_created = table.Column<long>(type: "bigint", nullable: false),
                    conversations_changed = table.Column<long>(type: "bigint", nullable: false),
                    conversations_unchanged = table.Column<long>(type: "bigint", nullable: false),
                    conversations_missing = table.Column<long>(type: "bigint", nullable: false),
                    messages_written = table.Column<long>(type: "bigint", nullable: false),
                    records_refused = table.Column<long>(type: "bigint", nullable: false),
                    months_moved = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    counts = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    failure = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_undoable = table.Column<long>(type: "bigint", nullable: false),
                    account_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "import_before",
                columns: table => new
                {
                    import_id = table.Column<long>(type: "bigint", nullable: false),
                    conversation_no = table.Column<long>(type: "bigint", nullable: false),
                    image = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_before", x => new { x.import_id, x.conversation_no });
                });

            migrationBuilder.CreateTable(
                name: "import_change",
                columns: table => new
                {
                    import_id = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<long>(type: "bigint", nullable: false),
                    table_name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    row_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    before = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    after = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_change", x => new { x.import_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "import_problem",
                columns: table => new
                {
                    import_id = table.Column<long>(type: "bigint", nullable: false),
                    ordinal = table.Column<long>(type: "bigint", nullable: false),
                    line = table.Column<long>(type: "bigint", nullable: false),
                    refused = table.Column<long>(type: "bigint", nullable: false),
                    code = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    field = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_problem", x => new { x.import_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "import_upload",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<long>(type: "bigint", nullable: false),
                    format = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    options = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    preview = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    failure = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    import_id = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    seen_at = table.Column<long>(type: "bigint", nullable: false),
                    cancel_requested_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_upload", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "membership",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    section_id = table.Column<long>(type: "bigint", nullable: true),
                    role = table.Column<long>(type: "bigint", nullable: false),
                    joined_at = table.Column<long>(type: "bigint", nullable: true),
                    left_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_membership", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "model",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    provider = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    bring_your_keys = table.Column<long>(type: "bigint", nullable: true),
                    micro_usd_per_million_input = table.Column<long>(type: "bigint", nullable: true),
                    micro_usd_per_million_output = table.Column<long>(type: "bigint", nullable: true),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_model", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "organization",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    time_zone = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    first_day_of_week = table.Column<long>(type: "bigint", nullable: false),
                    exports_enabled = table.Column<long>(type: "bigint", nullable: false),
                    user_level_data = table.Column<long>(type: "bigint", nullable: false),
                    workflows_enabled = table.Column<long>(type: "bigint", nullable: false),
                    own_model_keys_enabled = table.Column<long>(type: "bigint", nullable: true),
                    ranks_enabled = table.Column<long>(type: "bigint", nullable: false),
                    export_note = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    pseudonym_generation = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_organization", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pending_record",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    source_id = table.Column<long>(type: "bigint", nullable: false),
                    conversation_external_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    record = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    import_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pending_record", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "project",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    creator_user_id = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: true),
                    archived_at = table.Column<long>(type: "bigint", nullable: true),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_project", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "section",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_section", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "source",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    format = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    data_until = table.Column<long>(type: "bigint", nullable: true),
                    last_import_at = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_source", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "usage_user",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    email = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    normalized_email = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    status = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    joined_at = table.Column<long>(type: "bigint", nullable: true),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_usage_user", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "workflow",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    creator_user_id = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: true),
                    archived_at = table.Column<long>(type: "bigint", nullable: true),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    is_stub = table.Column<long>(type: "bigint", nullable: false),
                    deleted_at = table.Column<long>(type: "bigint", nullable: true),
                    created_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    changed_by_import_id = table.Column<long>(type: "bigint", nullable: true),
                    missing_since_import_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workflow", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "account_claim",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    claim_type = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    claim_value = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_claim", x => x.id);
                    table.ForeignKey(
                        name: "FK_account_claim_account_user_id",
                        column: x => x.user_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "account_login",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    provider_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    provider_display_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    user_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_login", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "FK_account_login_account_user_id",
                        column: x => x.user_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "account_token",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    login_provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_token", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "FK_account_token_account_user_id",
                        column: x => x.user_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "workspace",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    public_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    user_level_data = table.Column<long>(type: "bigint", nullable: false),
                    workflows_enabled = table.Column<long>(type: "bigint", nullable: false),
                    next_conversation_no = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workspace", x => x.id);
                    table.ForeignKey(
                        name: "FK_workspace_organization_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organization",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "account_grant",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    account_id = table.Column<long>(type: "bigint", nullable: false),
                    organization_id = table.Column<long>(type: "bigint", nullable: false),
                    workspace_id = table.Column<long>(type: "bigint", nullable: true),
                    role = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_grant", x => x.id);
                    table.ForeignKey(
                        name: "FK_account_grant_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_account_grant_organization_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organization",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_account_grant_workspace_workspace_id",
                        column: x => x.workspace_id,
                        principalTable: "workspace",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "api_key",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    workspace_id = table.Column<long>(type: "bigint", nullable: false),
                    key_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    scopes = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    last_four = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    created_by_account_id = table.Column<long>(type: "bigint", nullable: true),
                    created_by = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    expires_at = table.Column<long>(type: "bigint", nullable: false),
                    revoked_at = table.Column<long>(type: "bigint", nullable: true),
                    last_used_at = table.Column<long>(type: "bigint", nullable: true),
                    last_used_address = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    successor_id = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_key", x => x.id);
                    table.ForeignKey(
                        name: "FK_api_key_workspace_workspace_id",
                        column: x => x.workspace_id,
                        principalTable: "workspace",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_account_normalized_email",
                table: "account",
                column: "normalized_email");

            migrationBuilder.CreateIndex(
                name: "ix_account_normalized_user_name",
                table: "account",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_account_claim_user_id",
                table: "account_claim",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_account_grant_account_id_organization_id_workspace_id_role",
                table: "account_grant",
                columns: new[] { "account_id", "organization_id", "workspace_id", "role" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_account_grant_organization_id",
                table: "account_grant",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_account_grant_workspace_id",
                table: "account_grant",
                column: "workspace_id");

            migrationBuilder.CreateIndex(
                name: "ix_account_login_user_id",
                table: "account_login",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_action_name_workspace_id_name",
                table: "action_name",
                columns: new[] { "workspace_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_key_key_id",
                table: "api_key",
                column: "key_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_key_workspace_id",
                table: "api_key",
                column: "workspace_id");

            migrationBuilder.CreateIndex(
                name: "ix_app_workspace_id_public_id",
                table: "app",
                columns: new[] { "workspace_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_event_filtered",
                table: "audit_event",
                columns: new[] { "organization_id", "at", "no", "action", "workspace_id", "actor_name", "concerned_user_id", "target" });

            migrationBuilder.CreateIndex(
                name: "ix_export_expires_at",
                table: "export",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_export_organization_id_created_at",
                table: "export",
                columns: new[] { "organization_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_export_public_id",
                table: "export",
                column: "public_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_export_state",
                table: "export",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_export_workspace_id_created_at",
                table: "export",
                columns: new[] { "workspace_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_import_workspace_id_started_at",
                table: "import",
                columns: new[] { "workspace_id", "started_at" });

            migrationBuilder.CreateIndex(
                name: "ix_import_upload_public_id",
                table: "import_upload",
                column: "public_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_import_upload_state",
                table: "import_upload",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_import_upload_workspace_id_created_at",
                table: "import_upload",
                columns: new[] { "workspace_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_membership_workspace_id_user_id_section_id_joined_at",
                table: "membership",
                columns: new[] { "workspace_id", "user_id", "section_id", "joined_at" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_model_organization_id_public_id",
                table: "model",
                columns: new[] { "organization_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_organization_public_id",
                table: "organization",
                column: "public_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_pending_record_conversation",
                table: "pending_record",
                columns: new[] { "workspace_id", "source_id", "conversation_external_id" });

            migrationBuilder.CreateIndex(
                name: "ix_project_workspace_id_public_id",
                table: "project",
                columns: new[] { "workspace_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_section_workspace_id_public_id",
                table: "section",
                columns: new[] { "workspace_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_source_workspace_id_name",
                table: "source",
                columns: new[] { "workspace_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_usage_user_organization_id_normalized_email",
                table: "usage_user",
                columns: new[] { "organization_id", "normalized_email" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_usage_user_organization_id_public_id",
                table: "usage_user",
                columns: new[] { "organization_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_workflow_workspace_id_public_id",
                table: "workflow",
                columns: new[] { "workspace_id", "public_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_workspace_organization_id",
                table: "workspace",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_workspace_public_id",
                table: "workspace",
                column: "public_id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(BigTables.Drop);

            migrationBuilder.DropTable(
                name: "account_claim");

            migrationBuilder.DropTable(
                name: "account_grant");

            migrationBuilder.DropTable(
                name: "account_login");

            migrationBuilder.DropTable(
                name: "account_token");

            migrationBuilder.DropTable(
                name: "action_name");

            migrationBuilder.DropTable(
                name: "api_key");

            migrationBuilder.DropTable(
                name: "app");

            migrationBuilder.DropTable(
                name: "audit_event");

            migrationBuilder.DropTable(
                name: "export");

            migrationBuilder.DropTable(
                name: "import");

            migrationBuilder.DropTable(
                name: "import_before");

            migrationBuilder.DropTable(
                name: "import_change");

            migrationBuilder.DropTable(
                name: "import_problem");

            migrationBuilder.DropTable(
                name: "import_upload");

            migrationBuilder.DropTable(
                name: "membership");

            migrationBuilder.DropTable(
                name: "model");

            migrationBuilder.DropTable(
                name: "pending_record");

            migrationBuilder.DropTable(
                name: "project");

            migrationBuilder.DropTable(
                name: "section");

            migrationBuilder.DropTable(
                name: "source");

            migrationBuilder.DropTable(
                name: "usage_user");

            migrationBuilder.DropTable(
                name: "workflow");

            migrationBuilder.DropTable(
                name: "account");

            migrationBuilder.DropTable(
                name: "workspace");

            migrationBuilder.DropTable(
                name: "organization");
        }
    }
}
