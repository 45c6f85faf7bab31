using Microsoft.Extensions.Options;
using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Usage.Api;

/// <summary>How many requests for exports the keys of a workspace may send.</summary>
internal sealed class UsageRequestLimit(IOptions<UsageExportOptions> options, TimeProvider time)
    : RequestLimit(options.Value.RequestsPerMinute, time);
