using System.ComponentModel.DataAnnotations;

namespace UsageAdmin.Commands;

/// <summary>The <c>Demo</c> section of the settings.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Whether the server fills its database with the demo organisations before it is ready: <c>--demo</c>.</summary>
    public bool Load { get; init; }

    /// <summary>The password of all demo accounts; any length; null: a random one at each start, which is printed.</summary>
    [StringLength(128, MinimumLength = 1)]
    public string? Password { get; init; }
}
