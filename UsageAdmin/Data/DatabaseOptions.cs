using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Data;

/// <summary>The <c>Database</c> section of appsettings.json.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    public const string Sqlite = "Sqlite";

    public const string PostgreSql = "PostgreSQL";

    /// <summary>
    /// The engine. <c>Sqlite</c> keeps everything in <c>DataDirectory/usageadmin.db</c>; <c>PostgreSQL</c> in the database of
    /// <c>ConnectionStrings:UsageAdmin</c>.
    /// </summary>
    [AllowedValues(Sqlite, PostgreSql, ErrorMessage = "must be Sqlite or PostgreSQL.")]
    public string Provider { get; init; } = Sqlite;
}
