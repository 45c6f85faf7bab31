using System.Globalization;
using System.Net.Http.Headers;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;

namespace UsageAdmin.Ingest.Api;

/// <summary>
/// Who may bring data in, and how much of it. What is wrong is told in this order: method, key, scope, limit, media type,
/// length.
/// </summary>
internal sealed class IngestGate(IngestRequestLimit limit, Refusals refusals)
{
    /// <summary>Null: the request may come in, with the key that <see cref="KeyRequests.ApiKey"/> gives.</summary>
    /// <param name="maxBytes">Bytes that the body may have.</param>
    /// <param name="types">Media types of the body.</param>
    public async Task<IngestRefusal?> RefuseAsync(HttpContext http, long maxBytes, params string[] types)
    {
        var headers = http.Response.Headers;
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            headers.Allow = HttpMethods.Post;
            return IngestRefusal.NotAllowed;
        }

        var outcome = await http.AuthenticateKeyAsync();
        if (outcome is KeyOutcome.TooMany { Wait: var wait })
        {
            headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return IngestRefusal.TooManyKeys;
        }

        if (outcome is not KeyOutcome.Granted { Key: var key })
        {
            headers.WWWAuthenticate = outcome is KeyOutcome.Refused { IsMissing: true }
                ? "Bearer realm=\"UsageAdmin\""
                : "Bearer realm=\"UsageAdmin\", error=\"invalid_token\"";
            return IngestRefusal.NoKey;
        }

        var quota = limit.Take(key.Workspace.Id);
        quota.WriteTo(headers);
        var decision = KeyRights.DecideIngest(key);
        if (decision is not RightDecision.Granted)
        {
            refusals.Record(http, decision);
            return IngestRefusal.NoScope;
        }

        if (!quota.IsGranted)
        {
            headers.RetryAfter = quota.Seconds;
            return IngestRefusal.TooMany(quota.Limit);
        }

        return !IsOf(http.Request, types) ? IngestRefusal.Unsupported(string.Join(" or ", types))
            : http.Request.ContentLength > maxBytes ? IngestRefusal.TooLarge(maxBytes)
            : null;
    }

    private static bool IsOf(HttpRequest request, string[] types) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && types.Contains(type.MediaType, StringComparer.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && request.Headers.ContentEncoding.ToString() is var encoding
        && (encoding.Length == 0 || IngestBody.IsGzip(encoding) || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));
}
