using Microsoft.EntityFrameworkCore.Migrations;
using UsageAdmin.Data.Sqlite;

#nullable disable

namespace UsageAdmin.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class DaysOfConversations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ClusteredTables.PackAnew);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ClusteredTables.PackAnew);
        }
    }
}
