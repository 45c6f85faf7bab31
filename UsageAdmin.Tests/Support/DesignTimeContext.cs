using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Data.Sqlite;

namespace UsageAdmin.Tests.Support;

/// <summary>What <c>dotnet ef</c> makes migrations with.</summary>
public sealed class DesignTimeContext : IDesignTimeDbContextFactory<SqliteUsageDbContext>
{
    public SqliteUsageDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteUsageDbContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>The same for PostgreSQL. Nobody connects to it.</summary>
public sealed class PostgreSqlDesignTimeContext : IDesignTimeDbContextFactory<PostgreSqlUsageDbContext>
{
    public PostgreSqlUsageDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlUsageDbContext>().UseNpgsql("Host=localhost;Database=usageadmin").Options);
}
