using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage.Api;

/// <summary>
/// Answers requests for exports. What is wrong is told in the order of exports.md 2.4: method, key, scope, limit, path, media
/// type, body, range, data, size. Nothing is thrown to the caller.
/// </summary>
internal sealed partial class UsageApi(
    UsageQuery usage, UsageApiRange ranges, UsageExport exports, ExportFiles files, LiveDownload live, ExportLinks links,
    PublicAddress address, DownloadSlots slots, UsageRequestLimit limit, IOptions<UsageExportOptions> options,
    IOptions<SupportOptions> support, Refusals refusals, TimeProvider time, ILogger<UsageApi> log)
{
    private const string NameLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string BusySeconds = "5";

    /// <param name="format">Null or <c>csv</c>: a file and a link to it; <c>json</c>: the rows themselves.</param>
    public async Task<IResult> AnswerAsync(HttpContext http, string type, string? format)
    {
        try
        {
            if (!HttpMethods.IsPost(http.Request.Method))
            {
                http.Response.Headers.Allow = HttpMethods.Post;
                return UsageApiError.NotAllowed;
            }

            if (Refuse(http, await http.AuthenticateKeyAsync()) is { } refusal)
            {
                return refusal;
            }

            return UsageDataTypes.Find(type) is { } found && format is null or "csv" or "json"
                ? await AnswerAsync(http, http.ApiKey()!, found, format == "json")
                : UsageApiError.UnknownType;
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
            return Results.Empty;
        }
        catch (BadHttpRequestException e)
        {
            return new UsageApiError(e.StatusCode, "Invalid request", "The body could not be read to its end.");
        }
#pragma warning disable CA1031 // Whatever it is, the caller reads JSON.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(http, e);
        }
    }

    /// <summary>Whether to answer at all. Null: yes.</summary>
    private UsageApiError? Refuse(HttpContext http, KeyOutcome outcome)
    {
        var headers = http.Response.Headers;
        if (outcome is KeyOutcome.TooMany { Wait: var wait })
        {
            headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return UsageApiError.TooMany("Too many wrong API keys came from your network.");
        }

        if (outcome is not KeyOutcome.Granted { Key: var key })
        {
            headers.WWWAuthenticate = outcome is KeyOutcome.Refused { IsMissing: true }
                ? "Bearer realm=\"UsageAdmin\""
                : "Bearer realm=\"UsageAdmin\", error=\"invalid_token\"";
            return UsageApiError.Unauthorized;
        }

        var quota = limit.Take(key.Workspace.Id);
        quota.WriteTo(headers);
        var decision = KeyRights.DecideExport(key, Right.ExportUsage, key.Workspace.PublicId);
        if (decision is not RightDecision.Granted)
        {
            refusals.Record(http, decision);
            return UsageApiError.Forbidden(decision is not RightDecision.FeatureDisabled
                ? "The API key does not have the scope USAGE_EXPORT_API."
                : "Exports are not switched on for this organisation. " + (support.Value.Contact is { } contact
                    ? $"Contact: {contact}"
                    : "The operator of this instance can switch them on."));
        }

        if (quota.IsGranted)
        {
            return null;
        }

        headers.RetryAfter = quota.Seconds;
        return UsageApiError.TooMany(string.Create(
            CultureInfo.InvariantCulture,
            $"This workspace may send {quota.Limit} requests in 60 seconds. Try again in {quota.Seconds} seconds."));
    }

    private async Task<IResult> AnswerAsync(HttpContext http, GrantedKey key, UsageDataType type, bool asRows)
    {
        if (!IsJson(http.Request))
        {
            return UsageApiError.NoJson;
        }

        if (await ReadAsync(http) is not { } bytes)
        {
            return UsageApiError.TooLong;
        }

        var scope = usage.ScopeOf(key.Organization, key.Workspace);
        if (UsageApiBody.Parse(bytes, out var error) is not { } body
            || UsageApiRange.Resolve(body, time.GetUtcNow().UtcDateTime, scope.Zone, out error) is not { } period)
        {
            return error!;
        }

        error = type == UsageDataType.Workflows && !scope.HasWorkflows
            ? UsageApiError.NoWorkflows
            : await Task.Run(() => ranges.Check(scope, period, body.To.Zone, http.RequestAborted), CancellationToken.None);
        if (error is not null)
        {
            return error;
        }

        var request = new UsageRequest(type, period, body.IsExtended, body.IncludesInactive);
        var export = exports.Prepare(scope, request, "csv", ExportOrigin.Api, http.Actor(), out var problems);
        if (export is null)
        {
            return UsageApiError.Invalid(string.Join(' ', problems.Select(p => $"{p.Key}: {string.Join(' ', p.Value)}")));
        }

        await (asRows ? SendRowsAsync(http, scope, request, export, body.To.Zone) : MakeAsync(http, scope, request, export, body.To.Zone));
        return Results.Empty;
    }

    /// <summary>Makes the file and answers with a link to it.</summary>
    private async Task MakeAsync(
        HttpContext http, UsageScope scope, UsageRequest request, FileExport export, TimeZoneInfo to)
    {
        var name = $"{NameOf(request)}.csv";
        ExportFile? file = null;
        await slots.RunAsync(
            http, async () => file = await files.MakeAsync(export with { DownloadName = name }, http.RequestAborted),
            UsageApiError.TooManyExports);
        if (file is null)
        {
            return;
        }

        var type = UsageDataTypes.NameOf(request.Type);
        var link = links.Make(file.Id, scope.Organization.Id, http.ApiKey()!.Key.Id, options.Value.LinkLifetime);
        http.Response.Headers["X-Export-Id"] = file.Id;
        await UsageApiJson.Answer(new UsageApiAnswer(true, new UsageApiData(
            $"{type}-usage/{scope.Workspace.PublicId}/{name}", address.Of(http.Request) + link, type, file.Rows,
            DatesOf(request, to)))).ExecuteAsync(http);
    }

    /// <summary>Answers with the rows, streamed; a failure half-way breaks the connection.</summary>
    private Task SendRowsAsync(
        HttpContext http, UsageScope scope, UsageRequest request, FileExport export, TimeZoneInfo to) => live.SendAsync(
        http, export.Start with { Format = "json" }, $"{NameOf(request)}.json", ContentTypes.Json,
        async (pipe, cancellationToken) =>
        {
            var counted = await usage.CountAsync(scope, request, cancellationToken);
            return await UsageApiRows.WriteAsync(
                pipe, UsageTables.OfType(scope, request, counted), counted.RowCount, DatesOf(request, to), cancellationToken);
        },
        UsageApiError.TooManyExports);

    private UsageApiDates DatesOf(UsageRequest request, TimeZoneInfo to) =>
        UsageApiDates.Of(request.Period, to, time.GetUtcNow().UtcDateTime);

    /// <summary>The last part is random, so that a file is never taken for another one of the same days.</summary>
    private static string NameOf(UsageRequest request)
    {
        var (type, days) = (UsageDataTypes.NameOf(request.Type), request.Period.Days);
        return FormattableString.Invariant(
            $"{type}-usage-{days.From:yyyy-MM-dd}-{days.To:yyyy-MM-dd}-{RandomNumberGenerator.GetString(NameLetters, 8)}");
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && request.Headers.ContentEncoding.Count == 0;

    /// <summary>Null: the body is too long.</summary>
    private static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > UsageApiBody.MaxBytes)
        {
            return null;
        }

        var bytes = new byte[UsageApiBody.MaxBytes + 1];
        var length = await http.Request.Body.ReadAtLeastAsync(
            bytes, bytes.Length, throwOnEndOfStream: false, http.RequestAborted);
        return length <= UsageApiBody.MaxBytes ? bytes[..length] : null;
    }

    private UsageApiError Fail(HttpContext http, Exception e)
    {
        var trace = System.Diagnostics.Activity.Current?.Id ?? http.TraceIdentifier;
        Failed(log, trace, e);
        var error = UsageApiError.Of(e, trace);
        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = BusySeconds;
        }

        return error;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A usage export by API failed, trace {Trace}")]
    private static partial void Failed(ILogger log, string trace, Exception exception);
}
