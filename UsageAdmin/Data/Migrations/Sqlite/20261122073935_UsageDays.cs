using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.Sqlite;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class UsageDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "download_name",
                table: "export",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "totals",
                table: "export",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_export_expires_at",
                table: "export",
                column: "expires_at");

            migrationBuilder.Sql(ClusteredTables.CreateUsageDay);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ClusteredTables.DropUsageDay);

            migrationBuilder.DropIndex(
                name: "ix_export_expires_at",
                table: "export");

            migrationBuilder.DropColumn(
                name: "download_name",
                table: "export");

            migrationBuilder.DropColumn(
                name: "totals",
                table: "export");
        }
    }
}
