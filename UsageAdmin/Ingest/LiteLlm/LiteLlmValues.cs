using System.Globalization;
using System.Text.Json;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>Reads values as PostgreSQL and LiteLLM's API write them.</summary>
internal static class LiteLlmValues
{
    private const decimal MaxTokens = 1_000_000_000_000m;
    private const decimal MaxUsd = 1_000_000_000m;

    /// <summary>ISO 8601 with a blank or a T; without a zone it is UTC (ingest.md 3.2).</summary>
    public static DateTime? Time(string? text) =>
        text is [_, _, _, _, '-', _, _, '-', _, _, ' ' or 'T', ..]
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && time.UtcDateTime >= DateTime.UnixEpoch
            ? time.UtcDateTime
            : null;

    public static long? Tokens(string? text) =>
        Number(text) is >= 0 and <= MaxTokens and var tokens && decimal.IsInteger(tokens) ? (long)tokens : null;

    public static long? Tokens(JsonElement? number) =>
        number is { ValueKind: JsonValueKind.Number } value ? Tokens(value.GetRawText()) : null;

    /// <summary>Dollars as millionths, rounded half away from zero.</summary>
    public static long? MicroUsd(string? text) =>
        Number(text) is >= 0 and <= MaxUsd and var usd
            ? (long)Math.Round(usd * 1_000_000m, MidpointRounding.AwayFromZero)
            : null;

    private static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
