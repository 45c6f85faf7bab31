using Microsoft.EntityFrameworkCore;

namespace UsageAdmin.Data.Sqlite;

/// <summary>The schema on SQLite.</summary>
public sealed class SqliteUsageDbContext(DbContextOptions<SqliteUsageDbContext> options) : UsageDbContext(options);
