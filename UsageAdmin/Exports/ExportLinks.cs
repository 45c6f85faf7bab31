using System.Security.Cryptography;
using System.Text;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;

namespace UsageAdmin.Exports;

/// <summary>
/// Makes and checks signed links to files of exports. Their key lies in <c>DataDirectory/keys/links.key</c> and is no key of
/// cookies; without it all links end.
/// </summary>
internal sealed class ExportLinks(DataDirectory directory, SteadyClock clock)
{
    /// <summary>How far the clocks of two servers, or of one before and after it was set, may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    private readonly Lazy<byte[]> _key = new(() => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, SecretFile.ReadOrMake(Path.Combine(directory.Keys, "links.key")), SecretFile.Bytes,
        info: Encoding.UTF8.GetBytes("GET /d/{token}: one file of an export")));

    /// <summary>The path of a link; valid below <see cref="PublicAddress"/>.</summary>
    public string Make(string exportId, long organizationId, long apiKeyId, TimeSpan lifetime)
    {
        var now = clock.UtcNow;
        return $"/d/{new LinkToken(exportId, organizationId, apiKeyId, now, now + lifetime).Write(Sign)}";
    }

    /// <summary>Null: it is forged, or from the future.</summary>
    public LinkToken? Read(string token) =>
        LinkToken.Read(token, IsSigned) is { } link && link.IssuedAtUtc <= clock.UtcNow + Skew ? link : null;

    public bool IsExpired(LinkToken link) => link.ExpiresAtUtc <= clock.UtcNow;

    private byte[] Sign(byte[] body) => HMACSHA256.HashData(_key.Value, body);

    private bool IsSigned(byte[] body, byte[] signature) => CryptographicOperations.FixedTimeEquals(Sign(body), signature);
}
