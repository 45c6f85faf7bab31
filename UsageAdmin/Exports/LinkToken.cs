using System.Buffers.Binary;
using System.Buffers.Text;

namespace UsageAdmin.Exports;

/// <summary>
/// What a signed link says: whoever has it may have one file until then. 37 bytes, then their HMAC-SHA-256, as 92 characters
/// of base64url: there is one way to write a link.
/// </summary>
/// <param name="ExportId">The export's public id.</param>
/// <param name="OrganizationId">Whose export it is.</param>
/// <param name="ApiKeyId">The key that the link dies with.</param>
/// <param name="IssuedAtUtc">To the second.</param>
/// <param name="ExpiresAtUtc">To the second; the first instant at which the link is worth nothing.</param>
internal sealed record LinkToken(
    string ExportId, long OrganizationId, long ApiKeyId, DateTime IssuedAtUtc, DateTime ExpiresAtUtc)
{
    /// <summary>Of what is signed.</summary>
    public const int BodyBytes = 37;

    private const int SignatureBytes = 32;
    private const int Characters = 92;
    private const byte Version = 1;

    public string Write(Func<byte[], byte[]> sign)
    {
        var body = new byte[BodyBytes];
        body[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(1), Seconds(IssuedAtUtc));
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(5), Seconds(ExpiresAtUtc));
        Convert.FromHexString(ExportId).CopyTo(body.AsSpan(9, 12));
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(21), OrganizationId);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(29), ApiKeyId);
        return Base64Url.EncodeToString([.. body, .. sign(body)]);
    }

    /// <summary>Null: it is no link of this server.</summary>
    /// <param name="isSigned">Whether a signature belongs to a body, found out in constant time.</param>
    public static LinkToken? Read(string text, Func<byte[], byte[], bool> isSigned)
    {
        if (text.Length != Characters || !Base64Url.IsValid(text, out var length) || length != BodyBytes + SignatureBytes)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return !isSigned(bytes[..BodyBytes], bytes[BodyBytes..]) || bytes[0] != Version ? null : new LinkToken(
            Convert.ToHexStringLower(bytes.AsSpan(9, 12)), BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(21)),
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(29)), Instant(bytes.AsSpan(1)), Instant(bytes.AsSpan(5)));
    }

    private static uint Seconds(DateTime utc) => checked((uint)((utc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond));

    private static DateTime Instant(ReadOnlySpan<byte> seconds) =>
        DateTime.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32BigEndian(seconds));
}
