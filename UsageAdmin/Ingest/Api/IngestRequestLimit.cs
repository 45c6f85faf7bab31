using Microsoft.Extensions.Options;
using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// How many requests that bring data in the keys of a workspace may send. Counted apart from exports, so that a busy
/// platform does not keep a night job from its file.
/// </summary>
internal sealed class IngestRequestLimit(IOptions<IngestOptions> options, TimeProvider time)
    : RequestLimit(options.Value.RequestsPerMinute, time);
