using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.LibreChat;

/// <summary>
/// The collections <c>users</c> and <c>groups</c>. Of a person only what is named here is read, never passwords, codes or
/// tokens.
/// </summary>
internal sealed class LibreChatPeople
{
    private const int MaxOutside = 200_000;

    /// <summary>Ids by those of the directory that the people come from.</summary>
    private readonly Dictionary<string, string> _byOutsideId = new(StringComparer.Ordinal);

    public IEnumerable<ImportItem> ReadUser(JsonElement user, string id, long line, Remarks remarks)
    {
        if (_byOutsideId.Count < MaxOutside && user.Member("idOnTheSource").Id("idOnTheSource", remarks) is { } outside)
        {
            _byOutsideId[outside] = id;
        }

        var role = user.Member("role").Text(remarks) is { } stated
            ? stated == "ADMIN" ? MemberRole.Admin : MemberRole.Member
            : default(Field<MemberRole?>);
        var joined = user.Member("createdAt").Date("createdAt", remarks) is { } time ? time : default(Field<DateTime?>);
        yield return new UserItem
        {
            Id = id,
            Line = line,
            Name = NotEmpty(user.Member("name"), remarks) ?? NotEmpty(user.Member("username"), remarks)
                ?? default(Field<string>),
            Email = NotEmpty(user.Member("email"), remarks) ?? default(Field<string>),
            Role = role,
            JoinedAtUtc = joined,

            // Only accounts whose address nobody has confirmed yet expire.
            Status = user.Member("expiresAt") is null ? "active" : "invited",
        };
        if (joined.IsSet)
        {
            yield return new MembershipItem { UserId = id, Line = line, Role = role, JoinedAtUtc = joined };
        }
    }

    public IEnumerable<ImportItem> ReadGroup(JsonElement group, string id, long line, Remarks remarks)
    {
        yield return new SectionItem
        {
            Id = id,
            Line = line,
            Name = NotEmpty(group.Member("name"), remarks) ?? default(Field<string>),
        };
        foreach (var entry in group.Member("memberIds").Items())
        {
            if (((JsonElement?)entry).Key("memberIds", remarks) is not { } member)
            {
                continue;
            }

            if (_byOutsideId.TryGetValue(member, out var known) || LibreChatIds.IsObjectId(member))
            {
                yield return new MembershipItem { UserId = known ?? member, SectionId = id, Line = line };
            }
            else
            {
                remarks.Add("unknown-member", "memberIds", "a member is left out whom no user of the same ZIP is");
            }
        }
    }

    private static string? NotEmpty(JsonElement? text, Remarks remarks) =>
        text.Text(remarks) is { Length: > 0 } value ? value : null;
}
