using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Data;

/// <summary>
/// The whole schema. Pages and administration read and write through it; the rows of conversations and messages go
/// through <see cref="UsageDatabase"/>. One derived context per engine, each with its own migrations.
/// </summary>
public abstract class UsageDbContext(DbContextOptions options) : IdentityUserContext<Account, long>(options)
{
    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Workspace> Workspaces => Set<Workspace>();
    public DbSet<AccountGrant> AccountGrants => Set<AccountGrant>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Source> Sources => Set<Source>();
    public DbSet<Section> Sections => Set<Section>();
    public DbSet<App> Apps => Set<App>();
    public DbSet<Project> Projects => Set<Project>();
    public DbSet<Workflow> Workflows => Set<Workflow>();
    public DbSet<Model> Models => Set<Model>();
    public DbSet<User> People => Set<User>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<ActionName> ActionNames => Set<ActionName>();
    public DbSet<Import> Imports => Set<Import>();
    public DbSet<ImportProblem> ImportProblems => Set<ImportProblem>();
    public DbSet<ImportUpload> ImportUploads => Set<ImportUpload>();
    public DbSet<PendingRecord> PendingRecords => Set<PendingRecord>();
    public DbSet<Export> Exports => Set<Export>();
    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    /// <summary>Tables clustered by their natural key: their DDL is SQL in the migrations, the model only maps them.</summary>
    public static IReadOnlyList<Type> ClusteredTables { get; } =
    [
        typeof(Conversation), typeof(Message), typeof(MessageFeedback), typeof(MessageModeration), typeof(MessageFile),
        typeof(UsageSlot), typeof(ActionUse), typeof(WorkflowRun), typeof(UsageEvent), typeof(ExternalKey),
        typeof(AttributeValue), typeof(UsageDay), typeof(PackedDay),
    ];

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveConversion<UnixMilliseconds>();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        MapAccounts(builder);
        MapOrganizations(builder);
        MapDimensions(builder);
        MapUsage(builder);
        MapOperations(builder);
        UseSnakeCase(builder);
    }

    private static void MapAccounts(ModelBuilder builder)
    {
        builder.Entity<Account>().ToTable("account");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserClaim<long>>().ToTable("account_claim");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserLogin<long>>().ToTable("account_login");
        builder.Entity<Microsoft.AspNetCore.Identity.IdentityUserToken<long>>().ToTable("account_token");
        builder.Entity<AccountGrant>(grant =>
        {
            grant.ToTable("account_grant");
            grant.HasIndex(g => new { g.AccountId, g.OrganizationId, g.WorkspaceId, g.Role }).IsUnique();
            grant.HasOne<Account>().WithMany().HasForeignKey(g => g.AccountId);
            grant.HasOne<Organization>().WithMany().HasForeignKey(g => g.OrganizationId);
            grant.HasOne<Workspace>().WithMany().HasForeignKey(g => g.WorkspaceId);
        });
        builder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_key");
            key.HasIndex(k => k.KeyId).IsUnique();
            key.HasIndex(k => k.WorkspaceId);
            key.HasOne<Workspace>().WithMany().HasForeignKey(k => k.WorkspaceId);
        });
    }

    private static void MapOrganizations(ModelBuilder builder)
    {
        builder.Entity<Organization>().ToTable("organization").HasIndex(o => o.PublicId).IsUnique();
        builder.Entity<Workspace>(workspace =>
        {
            workspace.ToTable("workspace");
            workspace.HasIndex(w => w.PublicId).IsUnique();
            workspace.HasOne<Organization>().WithMany().HasForeignKey(w => w.OrganizationId);
        });
        builder.Entity<Source>().ToTable("source").HasIndex(s => new { s.WorkspaceId, s.Name }).IsUnique();
    }

    private static void MapDimensions(ModelBuilder builder)
    {
        builder.Entity<Section>().ToTable("section").HasIndex(s => new { s.WorkspaceId, s.PublicId }).IsUnique();
        builder.Entity<App>().ToTable("app").HasIndex(a => new { a.WorkspaceId, a.PublicId }).IsUnique();
        builder.Entity<Project>().ToTable("project").HasIndex(p => new { p.WorkspaceId, p.PublicId }).IsUnique();
        builder.Entity<Workflow>().ToTable("workflow").HasIndex(w => new { w.WorkspaceId, w.PublicId }).IsUnique();
        builder.Entity<Model>().ToTable("model").HasIndex(m => new { m.OrganizationId, m.PublicId }).IsUnique();
        builder.Entity<User>(user =>
        {
            user.ToTable("usage_user");
            user.HasIndex(u => new { u.OrganizationId, u.PublicId }).IsUnique();
            user.HasIndex(u => new { u.OrganizationId, u.NormalizedEmail }).IsUnique();
        });
        builder.Entity<Membership>().ToTable("membership")
            .HasIndex(m => new { m.WorkspaceId, m.UserId, m.SectionId, m.JoinedAtUtc }).IsUnique();
        builder.Entity<ActionName>().ToTable("action_name").HasIndex(a => new { a.WorkspaceId, a.Name }).IsUnique();
    }

    private static void MapUsage(ModelBuilder builder)
    {
        builder.Entity<Conversation>().ToTable("conversation").HasKey(c => new { c.WorkspaceId, c.CreatedAtUtc, c.No });
        builder.Entity<Message>().ToTable("message")
            .HasKey(m => new { m.WorkspaceId, m.ConversationCreatedAtUtc, m.ConversationNo, m.Seq });
        builder.Entity<MessageFeedback>().ToTable("message_feedback")
            .HasKey(f => new { f.WorkspaceId, f.ConversationCreatedAtUtc, f.ConversationNo, f.Seq, f.Ordinal });
        builder.Entity<MessageModeration>().ToTable("message_moderation")
            .HasKey(m => new { m.WorkspaceId, m.ConversationCreatedAtUtc, m.ConversationNo, m.Seq, m.Ordinal });
        builder.Entity<MessageFile>().ToTable("message_file")
            .HasKey(f => new { f.WorkspaceId, f.ConversationCreatedAtUtc, f.ConversationNo, f.Seq, f.Ordinal });
        builder.Entity<UsageSlot>().ToTable("usage_slot")
            .HasKey(s => new { s.WorkspaceId, s.SlotUtc, s.ConversationNo, s.ModelId });
        builder.Entity<UsageDay>().ToTable("usage_day").HasKey(d => new { d.WorkspaceId, d.DayUtc });
        builder.Entity<PackedDay>().ToTable("packed_day").HasKey(d => new { d.WorkspaceId, d.Kind, d.DayUtc });
        builder.Entity<ActionUse>().ToTable("action_use")
            .HasKey(a => new { a.WorkspaceId, a.UsedAtUtc, a.ConversationNo, a.Ordinal });
        builder.Entity<WorkflowRun>().ToTable("workflow_run").HasKey(r => new { r.WorkspaceId, r.StartedAtUtc, r.Id });
        builder.Entity<UsageEvent>().ToTable("usage_event").HasKey(e => new { e.WorkspaceId, e.CreatedAtUtc, e.Id });
        builder.Entity<ExternalKey>().ToTable("external_key")
            .HasKey(k => new { k.WorkspaceId, k.SourceId, k.EntityType, k.ExternalId });
        builder.Entity<AttributeValue>().ToTable("attribute_value")
            .HasKey(v => new { v.EntityType, v.EntityId, v.Attribute, v.ValidFromUtc });

        foreach (var type in ClusteredTables)
        {
            var entity = builder.Entity(type);
            entity.ToTable(entity.Metadata.GetTableName()!, table => table.ExcludeFromMigrations());
            foreach (var key in entity.Metadata.FindPrimaryKey()!.Properties)
            {
                key.ValueGenerated = ValueGenerated.Never;
            }
        }
    }

    private static void MapOperations(ModelBuilder builder)
    {
        builder.Entity<Import>().ToTable("import").HasIndex(i => new { i.WorkspaceId, i.StartedAtUtc });
        builder.Entity<ImportProblem>().ToTable("import_problem").HasKey(p => new { p.ImportId, p.Ordinal });
        builder.Entity<ImportChange>().ToTable("import_change").HasKey(c => new { c.ImportId, c.Ordinal });
        builder.Entity<ImportBefore>().ToTable("import_before").HasKey(b => new { b.ImportId, b.ConversationNo });
        builder.Entity<ImportUpload>(upload =>
        {
            upload.ToTable("import_upload");
            upload.HasIndex(u => u.PublicId).IsUnique();
            upload.HasIndex(u => new { u.WorkspaceId, u.CreatedAtUtc });
            upload.HasIndex(u => u.State);
        });
        builder.Entity<PendingRecord>().ToTable("pending_record")
            .HasIndex(p => new { p.WorkspaceId, p.SourceId, p.ConversationExternalId });
        builder.Entity<Export>(export =>
        {
            export.ToTable("export");
            export.HasIndex(e => e.PublicId).IsUnique();
            export.HasIndex(e => new { e.OrganizationId, e.CreatedAtUtc });
            export.HasIndex(e => new { e.WorkspaceId, e.CreatedAtUtc });
            export.HasIndex(e => e.State);
            export.HasIndex(e => e.ExpiresAtUtc);
        });
        builder.Entity<AuditEvent>(audit =>
        {
            audit.ToTable("audit_event").HasKey(e => new { e.OrganizationId, e.No });

            // All that the filters of the audit page look at, so that only the entries of a page are read themselves.
            audit.HasIndex(e => new
            {
                e.OrganizationId,
                e.AtUtc,
                e.No,
                e.Action,
                e.WorkspaceId,
                e.ActorName,
                e.ConcernedUserId,
                e.Target,
            });
        });
    }

    private static void UseSnakeCase(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name.EndsWith("Utc", StringComparison.Ordinal)
                    ? property.Name[..^3]
                    : property.Name));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(
                    $"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(p => p.GetColumnName()))}");
            }
        }
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && !char.IsUpper(name[i - 1])
            ? $"_{char.ToLowerInvariant(c)}"
            : $"{char.ToLowerInvariant(c)}"));
}
