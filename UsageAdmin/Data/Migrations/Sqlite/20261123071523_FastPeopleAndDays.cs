using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class FastPeopleAndDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_usage_user_shown",
                table: "usage_user",
                columns: new[] { "organization_id", "public_id", "name", "email", "deleted_at", "joined_at" });

            // What the days hold is more now.
            migrationBuilder.Sql("UPDATE usage_day SET is_packed = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_usage_user_shown",
                table: "usage_user");

            migrationBuilder.Sql("DELETE FROM packed_day WHERE kind = 9");
        }
    }
}
