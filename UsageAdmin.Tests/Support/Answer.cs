using System.Text.RegularExpressions;

namespace UsageAdmin.Tests.Support;

/// <summary>An answer as somebody sees it who compares it with another: without what differs between any two requests.</summary>
public static partial class Answer
{
    /// <summary>Status, headers in order of name, body.</summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(h => h.Key is not "Date")
            .OrderBy(h => h.Key, StringComparer.Ordinal)
            .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}");
        var body = await response.Content.ReadAsStringAsync();
        return WithoutNoise($"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n\n{body}");
    }

    /// <summary>Trace ids and encrypted values become a word.</summary>
    public static string WithoutNoise(string text) => Encrypted().Replace(TraceId().Replace(text, "TRACE"), "ENCRYPTED");

    [GeneratedRegex("(00-)?[0-9a-f]{32}(-[0-9a-f]{16}-0[01])?|0H[0-9A-Z]{11}:[0-9A-F]{8}")]
    private static partial Regex TraceId();

    [GeneratedRegex("CfDJ8[A-Za-z0-9+/=_-]+")]
    private static partial Regex Encrypted();
}
