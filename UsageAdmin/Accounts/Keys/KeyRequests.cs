using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>Keys on requests: <c>Authorization: Bearer KEY</c>.</summary>
public static class KeyRequests
{
    private const string Bearer = "Bearer";

    /// <summary>The key that the request was let in with; null: it came without, or nobody has looked.</summary>
    public static GrantedKey? ApiKey(this HttpContext http) => http.Features.Get<KeyOutcome>() is KeyOutcome.Granted granted
        ? granted.Key
        : null;

    /// <summary>
    /// Looks at the request's key, once; later calls get the same outcome. Writes no answer, so endpoints that refuse in
    /// their own way are anonymous and ask here. Cookies play no part. A key that has ended is written into the audit log.
    /// </summary>
    public static async Task<KeyOutcome> AuthenticateKeyAsync(this HttpContext http)
    {
        if (http.Features.Get<KeyOutcome>() is { } known)
        {
            return known;
        }

        var outcome = KeyOf(http.Request) is { } key
            ? await http.RequestServices.GetRequiredService<KeySignIn>().TryAsync(
                key, http.Connection.RemoteIpAddress, http.RequestAborted)
            : new KeyOutcome.Refused(IsMissing: true);
        http.Features.Set(outcome);
        if (outcome is KeyOutcome.Refused { Ended: { } ended })
        {
            http.RequestServices.GetRequiredService<Refusals>().RecordEnded(http, ended);
        }

        return outcome;
    }

    /// <summary>Whether the request shows a key, right or wrong: then it alone says who asks.</summary>
    internal static bool ShowsKey(this HttpRequest request) => KeyOf(request) is not null;

    internal static string NameOf(ApiKey key) => $"{key.Name} ({key.PublicPart()})";

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && (header.Length == Bearer.Length || header[Bearer.Length] == ' ')
                ? header[Bearer.Length..].Trim(' ')
                : null;
    }
}
