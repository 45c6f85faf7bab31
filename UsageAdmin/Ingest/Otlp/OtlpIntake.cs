using System.Data.Common;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Api;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// Takes in spans and log events over OTLP/HTTP (ingest.md 4.6). A request is one transaction: it is taken as a whole or not at
/// all, and sending it again changes nothing. Metrics restate what the spans say, and are passed over.
/// </summary>
internal sealed partial class OtlpIntake(
    IngestGate gate, OtlpSlots slots, ImportWriter writer, ImportAudit audit, IOptions<IngestOptions> options,
    ILogger<OtlpIntake> log)
{
    private const string Format = "otlp";
    private const string BusySeconds = "5";

    /// <summary>Names another source than <c>otlp</c>; exporters send it with <c>OTEL_EXPORTER_OTLP_HEADERS</c>.</summary>
    private const string SourceHeader = "X-UsageAdmin-Source";

    public Task<IResult> AnswerTracesAsync(HttpContext http) => AnswerAsync(
        http, "v1-traces", "rejectedSpans",
        (body, isProtobuf) => OtlpReader.Read(isProtobuf ? Parse(ExportTraceServiceRequest.Parser, body) : OtlpJson.Traces(body)));

    public Task<IResult> AnswerLogsAsync(HttpContext http) => AnswerAsync(
        http, "v1-logs", "rejectedLogRecords",
        (body, isProtobuf) => OtlpReader.Read(isProtobuf ? Parse(ExportLogsServiceRequest.Parser, body) : OtlpJson.Logs(body)));

    /// <summary>Answers that metrics are not used: a 404 would let SDKs with one address for all signals complain for ever.</summary>
    public async Task<IResult> AnswerMetricsAsync(HttpContext http)
    {
        var encoding = OtlpEncoding.Of(http.Request);
        return await RefuseAsync(http) is { } refusal
            ? encoding.Failure(refusal)
            : encoding.Success(
                "rejectedDataPoints", 0, "Metrics are not used: spans and log events say the same. OTEL_METRICS_EXPORTER=none sends none.");
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> body)
        where T : IMessage<T> => parser.WithDiscardUnknownFields(true).ParseFrom(body.Span);

    private Task<IngestRefusal?> RefuseAsync(HttpContext http) =>
        gate.RefuseAsync(http, options.Value.MaxOtlpBytes, OtlpEncoding.ProtobufType, OtlpEncoding.JsonType);

    private async Task<IResult> AnswerAsync(
        HttpContext http, string fileName, string counter, Func<ReadOnlyMemory<byte>, bool, OtlpReader> read)
    {
        var encoding = OtlpEncoding.Of(http.Request);
        var refusal = await RefuseAsync(http);
        if (refusal is not null || !TryReadSource(http.Request, out var source))
        {
            return encoding.Failure(refusal ?? IngestRefusal.InvalidSource(SourceHeader));
        }

        var request = new ImportRequest(fileName, Format, http.ApiKey()!.Workspace.PublicId) { SourceName = source };
        var answer = Results.Empty;
        try
        {
            if (!await slots.TryRunAsync(
                http.ApiKey()!.Workspace.Id,
                async () => answer = await TakeAsync(http, encoding, counter, read, request), http.RequestAborted))
            {
                answer = Busy(http, encoding);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
        }

        return answer;
    }

    private async Task<IResult> TakeAsync(
        HttpContext http, OtlpEncoding encoding, string counter, Func<ReadOnlyMemory<byte>, bool, OtlpReader> read,
        ImportRequest request)
    {
        try
        {
            await using var body = IngestBody.Open(http, options.Value.MaxOtlpBytes);
            OtlpReader signals;
            try
            {
                using var bytes = new MemoryStream();
                await body.CopyToAsync(bytes, http.RequestAborted);
                signals = read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), encoding.IsProtobuf);
            }
            catch (Exception e) when (e is UnreadableFileException or InvalidDataException && body.IsTooLarge)
            {
                return encoding.Failure(IngestRefusal.TooLarge(options.Value.MaxOtlpBytes));
            }
            catch (Exception e) when (e is UnreadableFileException or InvalidDataException or JsonException or InvalidProtocolBufferException)
            {
                return encoding.Failure(IngestRefusal.NoOtlp);
            }

            if (signals.Signals.Count > 0)
            {
                await WriteAsync(http, signals, request);
            }

            return encoding.Success(counter, signals.Rejected, signals.Reason);
        }
        catch (DbException e) when (DatabaseBusy.Is(e))
        {
            Failed(log, http.TraceIdentifier, e);
            return Busy(http, encoding);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            Failed(log, http.TraceIdentifier, e);
            return encoding.Failure(IngestRefusal.DiskFull);
        }
#pragma warning disable CA1031 // Whatever it is, the exporter reads its own encoding.
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Failed(log, http.TraceIdentifier, e);
            return encoding.Failure(IngestRefusal.Failed(http.TraceIdentifier));
        }
    }

    private async Task WriteAsync(HttpContext http, OtlpReader signals, ImportRequest request)
    {
        var (report, isNew) = writer.AddToDay(
            scope => OtlpItems.Make(
                signals.Signals, new OtlpKnown(scope.Session, scope.OrganizationId, scope.WorkspaceId, scope.SourceId)),
            signals.Rejected, request);
        if (isNew)
        {
            // Once a day, since exporters send every few seconds.
            audit.Record(request, report, http.Actor());
        }
    }

    private static IResult Busy(HttpContext http, OtlpEncoding encoding)
    {
        http.Response.Headers.RetryAfter = BusySeconds;
        return encoding.Failure(IngestRefusal.Busy);
    }

    private static bool TryReadSource(HttpRequest request, out string? source)
    {
        var given = request.Headers[SourceHeader];
        source = given.Count == 1 ? given[0] : null;
        return given.Count == 0
            || (source is { Length: > 0 } && Encoding.UTF8.GetByteCount(source) <= StorableText.MaxIdBytes && !source.Any(char.IsControl));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Telemetry could not be taken in, trace {Trace}")]
    private static partial void Failed(ILogger log, string trace, Exception exception);
}
