using System.Text;
using System.Text.Json;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>A person as the database, the API's list of users or its CSV states it.</summary>
internal sealed record UserRecord(string Id)
{
    public string? Name { get; init; }

    public string? Email { get; init; }

    /// <summary><c>admin</c>, <c>user</c>, <c>pending</c>, or a role that somebody added; null: not stated.</summary>
    public string? Role { get; init; }

    public DateTime? CreatedAtUtc { get; init; }

    /// <summary>Null: it has no usable id.</summary>
    public static UserRecord? Of(JsonElement user, OpenWebUiTimes times, Remarks remarks) =>
        user.Member("id").Id("id", remarks) is { } id
            ? new UserRecord(id)
            {
                Name = user.Member("name").Text(remarks),
                Email = user.Member("email").Text(remarks),
                Role = user.Member("role").Text(remarks),
                CreatedAtUtc = times.Read(user.Member("created_at"), "created_at", remarks),
            }
            : null;

    /// <summary>The person and the stay in the workspace; nothing that is not stated is cleared.</summary>
    public IEnumerable<ImportItem> ToItems(long line)
    {
        var role = Role is null ? default(Field<MemberRole?>) : Role == "admin" ? MemberRole.Admin : MemberRole.Member;
        var joined = CreatedAtUtc is { } created ? created : default(Field<DateTime?>);
        yield return new UserItem
        {
            Id = Id,
            Line = line,
            Name = Name ?? default(Field<string>),
            Email = string.IsNullOrWhiteSpace(Email) ? default : (Field<string>)Email,
            Role = role,
            JoinedAtUtc = joined,
            Status = Role is null ? default : (Field<string>)(Role == "pending" ? "invited" : "active"),
        };
        if (joined.IsSet)
        {
            yield return new MembershipItem { UserId = Id, Line = line, Role = role, JoinedAtUtc = joined };
        }
    }

    /// <summary>Whether text can stand as an id of ours.</summary>
    public static bool IsId(string? text) =>
        text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= StorableText.MaxIdBytes;
}
