using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.Sqlite;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class UsageExports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ClusteredTables.LetOwnModelKeysBeUndecided);

            migrationBuilder.AddColumn<bool>(
                name: "ranks_enabled",
                table: "organization",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "actor_name",
                table: "export",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "api_key_id",
                table: "export",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cancel_requested_at",
                table: "export",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "done_rows",
                table: "export",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "expected_rows",
                table: "export",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "api_key",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    workspace_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key_id = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    scopes = table.Column<int>(type: "INTEGER", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    last_four = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_by_account_id = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    revoked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_address = table.Column<string>(type: "TEXT", nullable: true),
                    successor_id = table.Column<long>(type: "INTEGER", nullable: true)
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
                name: "ix_export_workspace_id_created_at",
                table: "export",
                columns: new[] { "workspace_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_api_key_key_id",
                table: "api_key",
                column: "key_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_key_workspace_id",
                table: "api_key",
                column: "workspace_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_key");

            migrationBuilder.DropIndex(
                name: "ix_export_workspace_id_created_at",
                table: "export");

            migrationBuilder.DropColumn(
                name: "ranks_enabled",
                table: "organization");

            migrationBuilder.DropColumn(
                name: "actor_name",
                table: "export");

            migrationBuilder.DropColumn(
                name: "api_key_id",
                table: "export");

            migrationBuilder.DropColumn(
                name: "cancel_requested_at",
                table: "export");

            migrationBuilder.DropColumn(
                name: "done_rows",
                table: "export");

            migrationBuilder.DropColumn(
                name: "expected_rows",
                table: "export");

            migrationBuilder.Sql(ClusteredTables.DecideOwnModelKeys);
        }
    }
}
