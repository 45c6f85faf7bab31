using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Organizations;

/// <summary>
/// Ids that stand for people where user-level data is off: <c>u_</c> and 16 hex digits of HMAC-SHA256 over the user's id,
/// with a key per organisation. Stable inside an organisation, different in every other (exports.md section 5).
/// </summary>
/// <remarks>The instance's secret lies in <c>DataDirectory/keys/pseudonyms.key</c>, outside the database and its dumps.</remarks>
public sealed class Pseudonyms(DataDirectory directory)
{
    private readonly Lazy<byte[]> _secret = new(() => SecretFile.ReadOrMake(Path.Combine(directory.Keys, "pseudonyms.key")));
    private readonly ConcurrentDictionary<(long Organization, int Generation), byte[]> _keys = [];

    /// <summary>Whether an id is a pseudonym by its shape.</summary>
    public static bool IsOne(string id) => id.Length == 18 && id.StartsWith("u_", StringComparison.Ordinal);

    /// <param name="userPublicId">The user's id as identified files show it.</param>
    public string Of(Organization organization, string userPublicId)
    {
        var hash = HMACSHA256.HashData(Key(organization), Encoding.UTF8.GetBytes(userPublicId));
        return $"u_{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>The user of the workspace that a pseudonym stands for; null: nobody. Costs one HMAC per member.</summary>
    public long? Find(UsageSession session, Organization organization, long workspaceId, string pseudonym)
    {
        if (!IsOne(pseudonym))
        {
            return null;
        }

        var row = session.Prepare(
            """
            SELECT u.id, u.public_id FROM usage_user u WHERE u.organization_id = ?1
            AND EXISTS (SELECT 1 FROM membership m WHERE m.workspace_id = ?2 AND m.user_id = u.id)
            """).Bind(1, organization.Id).Bind(2, workspaceId);
        while (row.Step())
        {
            if (Of(organization, row.Text(1)!) == pseudonym)
            {
                return row.Number(0);
            }
        }

        return null;
    }

    private byte[] Key(Organization organization) =>
        _keys.GetOrAdd((organization.Id, organization.PseudonymGeneration), _ => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, _secret.Value, SecretFile.Bytes, info: Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"pseudonyms/{organization.PublicId}/{organization.PseudonymGeneration}"))));
}
