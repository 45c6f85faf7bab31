using Microsoft.Extensions.Options;
using UsageAdmin.Ingest.Api;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>Places of their own, because a long upload would keep the many small requests of exporters waiting.</summary>
internal sealed class OtlpSlots(IOptions<IngestOptions> options) : IngestSlots(options);
