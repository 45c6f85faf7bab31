using Microsoft.AspNetCore.Identity;

namespace UsageAdmin.Data.Schema;

/// <summary>Somebody who signs in here; joined to users of AI platforms by e-mail address only for display.</summary>
public sealed class Account : IdentityUser<long>
{
    /// <summary>Runs the instance: organisations, accounts, the export feature. Reading data needs a grant all the same.</summary>
    public bool IsOperator { get; set; }

    /// <summary>Where <c>/</c> leads; null before the first visit.</summary>
    public long? LastWorkspaceId { get; set; }

    public DateTime CreatedAtUtc { get; set; }
}
