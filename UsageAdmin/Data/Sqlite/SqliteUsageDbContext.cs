using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data.Sqlite;

/// <summary>The schema on SQLite.</summary>
public sealed class SqliteUsageDbContext(DbContextOptions<SqliteUsageDbContext> options) : UsageDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        // Type-ahead and analytics read all people of an organisation: by the index alone that takes half as long. The other
        // engine limits what an index holds, and names do not.
        builder.Entity<User>().HasIndex(user => new
        {
            user.OrganizationId,
            user.PublicId,
            user.Name,
            user.Email,
            user.DeletedAtUtc,
            user.JoinedAtUtc,
        }).HasDatabaseName("ix_usage_user_shown");
    }
}
