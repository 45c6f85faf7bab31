using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.LiteLlm;

/// <summary>A row of <c>LiteLLM_UserTable</c>, or a person of <c>/user/list</c>: who the ids in the spend logs are.</summary>
internal static class LiteLlmUser
{
    /// <summary>The columns that are read.</summary>
    public static readonly string[] Columns = ["user_id", "user_alias", "user_email", "user_role", "created_at"];

    public static IReadOnlyList<ImportItem> Read(LiteLlmRow row)
    {
        if (row.Id("user_id") is not { } id)
        {
            return
            [
                new ProblemItem(Refused: true, "invalid-value", "user_id", $"row {row.Line} has no usable user_id")
                {
                    Line = row.Line,
                },
            ];
        }

        var role = row.Text("user_role") is { } stated
            ? stated is "proxy_admin" ? MemberRole.Admin : MemberRole.Member
            : default(Field<MemberRole?>);
        var joined = LiteLlmValues.Time(row.Text("created_at")) is { } time ? time : default(Field<DateTime?>);
        var user = new UserItem
        {
            Id = id,
            Line = row.Line,
            Name = row.Text("user_alias") ?? default(Field<string>),
            Email = row.Text("user_email") ?? default(Field<string>),
            Role = role,
            JoinedAtUtc = joined,
        };
        return joined.IsSet
            ? [user, new MembershipItem { UserId = id, Line = row.Line, Role = role, JoinedAtUtc = joined }]
            : [user];
    }
}
