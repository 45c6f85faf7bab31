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
    private const int SecretBytes = 32;

    private readonly Lazy<byte[]> _secret = new(() => ReadOrMake(Path.Combine(directory.Keys, "pseudonyms.key")));
    private readonly ConcurrentDictionary<(long Organization, int Generation), byte[]> _keys = [];

    /// <param name="userPublicId">The user's id as identified files show it.</param>
    public string Of(Organization organization, string userPublicId)
    {
        var hash = HMACSHA256.HashData(Key(organization), Encoding.UTF8.GetBytes(userPublicId));
        return $"u_{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>The user of the workspace that a pseudonym stands for; null: nobody. Costs one HMAC per member.</summary>
    public long? Find(UsageSession session, Organization organization, long workspaceId, string pseudonym)
    {
        if (pseudonym.Length != 18 || !pseudonym.StartsWith("u_", StringComparison.Ordinal))
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
            HashAlgorithmName.SHA256, _secret.Value, SecretBytes, info: Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"pseudonyms/{organization.PublicId}/{organization.PseudonymGeneration}"))));

    private static byte[] ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            // Written aside and moved, so that a second process never reads half a secret.
            var made = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(made, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(SecretBytes));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(made);
            }
        }

        var secret = File.ReadAllBytes(path);
        return secret.Length == SecretBytes
            ? secret
            : throw new InvalidOperationException($"{path} must hold {SecretBytes} bytes. Restore it from a backup.");
    }
}
