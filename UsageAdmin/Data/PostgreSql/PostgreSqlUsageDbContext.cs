using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace UsageAdmin.Data.PostgreSql;

/// <summary>
/// The schema on PostgreSQL, with the types that SQLite has: whole numbers, truth and enums are <c>bigint</c>, text sorts by
/// its bytes. So one SQL text runs on both.
/// </summary>
public sealed class PostgreSqlUsageDbContext(DbContextOptions<PostgreSqlUsageDbContext> options) : UsageDbContext(options)
{
    /// <summary>PostgreSQL cuts names at 63 bytes: those of the two indexes that would be longer.</summary>
    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.Ordinal)
    {
        ["audit_event"] = "ix_audit_event_filtered",
        ["pending_record"] = "ix_pending_record_conversation",
    };

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation("C");
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<StoredKey>().ToTable("key_ring");
        base.OnModelCreating(builder);
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties().Where(p => IsSmall(p) && (!p.IsKey() || p.ValueGenerated == ValueGenerated.Never)))
            {
                property.SetProviderClrType(typeof(long));
            }

            foreach (var property in entity.GetProperties().Where(p => p.ClrType == typeof(string)))
            {
                property.SetColumnType("text");
            }

            foreach (var index in entity.GetIndexes().Where(i => i.GetDatabaseName()!.Length > 63))
            {
                index.SetDatabaseName(ShortNames[entity.GetTableName()!]);
            }
        }
    }

    private static bool IsSmall(IMutableProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        return type == typeof(bool) || type == typeof(int) || type.IsEnum;
    }
}
