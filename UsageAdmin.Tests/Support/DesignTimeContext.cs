using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Tests.Support;

/// <summary>What <c>dotnet ef</c> makes migrations with.</summary>
public sealed class DesignTimeContext : IDesignTimeDbContextFactory<SqliteUsageDbContext>
{
    public SqliteUsageDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteUsageDbContext>().UseSqlite("Data Source=:memory:").Options);
}
