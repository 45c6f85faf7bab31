namespace UsageAdmin.Data.Schema;

/// <summary>A customer of the instance. Everything below it is invisible to other organisations.</summary>
public sealed class Organization
{
    public long Id { get; set; }

    /// <summary>The id in URLs, files and commands: 1 to 64 of <c>a-z 0-9 -</c>.</summary>
    public required string PublicId { get; set; }

    public required string Name { get; set; }

    /// <summary>IANA id of the reporting zone. Days, weeks and months in the browser are those of this zone.</summary>
    public required string TimeZone { get; set; }

    public DayOfWeek FirstDayOfWeek { get; set; }

    /// <summary>Whether data may leave as files. Off: menu entries are absent, endpoints answer 403.</summary>
    public bool ExportsEnabled { get; set; }

    /// <summary>User-level data on: <c>identified</c>; off: <c>pseudonymous</c> (exports.md section 5).</summary>
    public bool UserLevelData { get; set; } = true;

    public bool WorkflowsEnabled { get; set; }

    /// <summary>
    /// Whether usage exports show tokens and cost. Null: nobody has decided; the first import that carries tokens sets it
    /// (decisions.md 8).
    /// </summary>
    public bool? OwnModelKeysEnabled { get; set; }

    /// <summary>False leaves the ranks of people blank in usage exports and on pages.</summary>
    public bool RanksEnabled { get; set; } = true;

    /// <summary>What the organisation tells people who export its data; null: the default text.</summary>
    public string? ExportNote { get; set; }

    /// <summary>Raised to rotate pseudonyms. Trend lines of people break where it changes.</summary>
    public int PseudonymGeneration { get; set; }

    public DateTime CreatedAtUtc { get; set; }
}
