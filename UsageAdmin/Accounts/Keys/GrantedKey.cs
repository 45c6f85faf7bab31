using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>A key that was shown and is good, with what it belongs to, as they are in the database at this request.</summary>
public sealed record GrantedKey(ApiKey Key, Organization Organization, Workspace Workspace);
