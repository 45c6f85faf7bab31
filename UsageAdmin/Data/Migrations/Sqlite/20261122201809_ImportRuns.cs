using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ImportRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "cancel_requested_at",
                table: "import",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "conversations_missing",
                table: "import",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "failure",
                table: "import",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_undoable",
                table: "import",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "items",
                table: "import",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "options",
                table: "import",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "seen_at",
                table: "import",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "import_before",
                columns: table => new
                {
                    import_id = table.Column<long>(type: "INTEGER", nullable: false),
                    conversation_no = table.Column<long>(type: "INTEGER", nullable: false),
                    image = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_before", x => new { x.import_id, x.conversation_no });
                });

            migrationBuilder.CreateTable(
                name: "import_change",
                columns: table => new
                {
                    import_id = table.Column<long>(type: "INTEGER", nullable: false),
                    ordinal = table.Column<long>(type: "INTEGER", nullable: false),
                    table_name = table.Column<string>(type: "TEXT", nullable: false),
                    row_key = table.Column<string>(type: "TEXT", nullable: false),
                    before = table.Column<string>(type: "TEXT", nullable: true),
                    after = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_change", x => new { x.import_id, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "import_upload",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    public_id = table.Column<string>(type: "TEXT", nullable: false),
                    workspace_id = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<long>(type: "INTEGER", nullable: false),
                    file_name = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    received = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: true),
                    options = table.Column<string>(type: "TEXT", nullable: false),
                    preview = table.Column<string>(type: "TEXT", nullable: true),
                    failure = table.Column<string>(type: "TEXT", nullable: true),
                    import_id = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    cancel_requested_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_upload", x => x.id);
                });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "import_before");

            migrationBuilder.DropTable(
                name: "import_change");

            migrationBuilder.DropTable(
                name: "import_upload");

            migrationBuilder.DropColumn(
                name: "cancel_requested_at",
                table: "import");

            migrationBuilder.DropColumn(
                name: "conversations_missing",
                table: "import");

            migrationBuilder.DropColumn(
                name: "failure",
                table: "import");

            migrationBuilder.DropColumn(
                name: "is_undoable",
                table: "import");

            migrationBuilder.DropColumn(
                name: "items",
                table: "import");

            migrationBuilder.DropColumn(
                name: "options",
                table: "import");

            migrationBuilder.DropColumn(
                name: "seen_at",
                table: "import");
        }
    }
}
