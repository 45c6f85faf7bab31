using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Data;

/// <summary>The <c>Database</c> section of appsettings.json.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>The engine. <c>Sqlite</c> keeps everything in <c>DataDirectory/usageadmin.db</c>.</summary>
    [AllowedValues("Sqlite", ErrorMessage = "must be Sqlite.")]
    public string Provider { get; init; } = "Sqlite";
}
