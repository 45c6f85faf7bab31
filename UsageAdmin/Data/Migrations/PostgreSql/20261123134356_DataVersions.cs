using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UsageAdmin.Data.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class DataVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "data_version",
                table: "workspace",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "people_version",
                table: "workspace",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "data_version",
                table: "workspace");

            migrationBuilder.DropColumn(
                name: "people_version",
                table: "workspace");
        }
    }
}
