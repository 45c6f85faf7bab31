using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>How keys are written: <c>ua_live_KEYID_SECRET</c>, the secret being 256 random bits as base64url.</summary>
public static partial class KeyText
{
    private const string Prefix = "ua_live_";
    private const string KeyIdLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static string MakeUp(string keyId) =>
        $"{Prefix}{keyId}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    public static string MakeUpKeyId() => RandomNumberGenerator.GetString(KeyIdLetters, 8);

    /// <summary>The id in a whole key; null: no key is written like this.</summary>
    public static string? KeyIdOf(string key) => Shape().Match(key) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>The id that somebody names a key by: <c>KEYID</c>, <c>ua_live_KEYID</c> or the key itself; null: none.</summary>
    public static string? NamedKeyId(string text) =>
        KeyIdOf(text) ?? (NameShape().Match(text) is { Success: true } match ? match.Groups[1].Value : null);

    /// <summary>SHA-256 of the whole key, lower-case hex: all that is kept of it.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The part that is no secret: <c>ua_live_KEYID</c>.</summary>
    public static string PublicPart(this ApiKey key) => Prefix + key.KeyId;

    [GeneratedRegex(@"\Aua_live_([a-z0-9]{8})_[A-Za-z0-9_-]{43}\z")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\A(?:ua_live_)?([a-z0-9]{8})\z")]
    private static partial Regex NameShape();
}
