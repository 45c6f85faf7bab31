using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AuditIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_audit_event_organization_id_at_no_action_workspace_id_actor_name_concerned_user_id_target",
                table: "audit_event",
                columns: new[] { "organization_id", "at", "no", "action", "workspace_id", "actor_name", "concerned_user_id", "target" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_audit_event_organization_id_at_no_action_workspace_id_actor_name_concerned_user_id_target",
                table: "audit_event");
        }
    }
}
