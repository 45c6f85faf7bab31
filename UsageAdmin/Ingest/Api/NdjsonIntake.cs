using System.Data.Common;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// Takes in UsageAdmin NDJSON (ingest.md 1). The body streams into the writer, so memory does not grow with it, and what was
/// committed before a body breaks off stays: sending it again changes nothing of that.
/// </summary>
internal sealed partial class NdjsonIntake(
    IngestGate gate, IngestSlots slots, ImportWriter writer, ImportAudit audit, IOptions<IngestOptions> options,
    IHostApplicationLifetime lifetime, ILogger<NdjsonIntake> log)
{
    private const string MediaType = "application/x-ndjson";
    private const string Format = "ndjson";

    /// <summary>What the import's row shows where it names a file otherwise.</summary>
    private const string FileName = "api-ingest-v1";

    private const string BusySeconds = "5";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<IResult> AnswerAsync(HttpContext http)
    {
        if (await gate.RefuseAsync(http, options.Value.MaxBodyBytes, MediaType) is { } refusal)
        {
            return refusal.ToProblem();
        }

        if (!TryReadSource(http.Request, out var source))
        {
            return Results.ValidationProblem(
                new Dictionary<string, string[]> { ["source"] = ["must be one name of 1 to 200 bytes without control characters."] },
                type: "invalid-request", title: "The request is not valid.");
        }

        var answer = Results.Empty;
        try
        {
            if (!await slots.TryRunAsync(
                http.ApiKey()!.Workspace.Id, async () => answer = await TakeAsync(http, source), http.RequestAborted))
            {
                answer = Busy(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
        }

        return answer;
    }

    private async Task<IResult> TakeAsync(HttpContext http, string? source)
    {
        // The server does not wait for the rest of a long body when it stops.
        using var stopping = lifetime.ApplicationStopping.Register(http.Abort);
        await using var body = IngestBody.Open(http, options.Value.MaxBodyBytes);
        try
        {
            return await TakeAsync(http, body, source);
        }
        catch (InvalidHeaderException e)
        {
            return IngestRefusal.InvalidHeader(e.Message).ToProblem();
        }
        catch (UnreadableFileException e)
        {
            return RefuseBody(body, e.Message).ToProblem();
        }
        catch (DbException e) when (DatabaseBusy.Is(e))
        {
            Failed(log, http.TraceIdentifier, e);
            return Busy(http);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            Failed(log, http.TraceIdentifier, e);
            return IngestRefusal.DiskFull.ToProblem();
        }
    }

    private async Task<IResult> TakeAsync(HttpContext http, IngestBody body, string? source)
    {
        var request = new ImportRequest(FileName, Format, http.ApiKey()!.Workspace.PublicId) { SourceName = source };
        using var lines = new LineReader(body);

        // Not cancelled with the request: its end shows as the body's, and what came before it is still written.
        var report = await writer.WriteAsync(
            NdjsonReader.ReadAsync(lines, request.WorkspacePublicId, CancellationToken.None), request, CancellationToken.None);
        audit.Record(request, report, http.Actor());
        var answer = IngestAnswer.Of(report);
        return report.Failure is { } failure
            ? RefuseBody(body, failure).ToProblem(new Dictionary<string, object?> { ["report"] = answer })
            : Results.Json(answer, Json);
    }

    private IngestRefusal RefuseBody(IngestBody body, string failure) =>
        body.IsTooLarge ? IngestRefusal.TooLarge(options.Value.MaxBodyBytes) : IngestRefusal.Unreadable(failure);

    private static IResult Busy(HttpContext http)
    {
        http.Response.Headers.RetryAfter = BusySeconds;
        return IngestRefusal.Busy.ToProblem();
    }

    /// <param name="source">Null: the one that the body's header names.</param>
    private static bool TryReadSource(HttpRequest request, out string? source)
    {
        var given = request.Query["source"];
        source = given.Count == 1 ? given[0] : null;
        return given.Count == 0
            || (source is { Length: > 0 } && Encoding.UTF8.GetByteCount(source) <= StorableText.MaxIdBytes && !source.Any(char.IsControl));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Data sent by API could not be taken in, trace {Trace}")]
    private static partial void Failed(ILogger log, string trace, Exception exception);
}
