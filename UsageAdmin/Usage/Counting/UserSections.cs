using UsageAdmin.Data;

namespace UsageAdmin.Usage.Counting;

/// <summary>The sections that users are in at a period's end.</summary>
internal static class UserSections
{
    /// <param name="end">Milliseconds since 1970, which the period excludes.</param>
    /// <returns>A user's sections by name; <c>other</c> for those of too few people where user-level data is off.</returns>
    public static Func<int, IReadOnlyList<string>> Read(UsageSession session, UsageFacts facts, long end)
    {
        var found = new List<(int User, long Section, string Name)>();
        var row = session.Prepare(
            """
            SELECT m.user_id, s.id, coalesce(s.name, s.public_id) FROM membership m JOIN section s ON s.id = m.section_id
            WHERE m.workspace_id = ?1 AND coalesce(m.joined_at, ?2 - 1) < ?2 AND coalesce(m.left_at, ?2) >= ?2
            """).Bind(1, facts.Scope.Workspace.Id).Bind(2, end);
        while (row.Step())
        {
            found.Add((facts.PlaceOfUser(row.Number(0)), row.Number(1), row.Text(2)!));
        }

        row.Reset();
        var places = found.Select(f => f.Section).Distinct().Select((section, place) => (section, place))
            .ToDictionary(p => p.section, p => p.place);
        var merged = MergedPlaces.Of(
            facts.Scope, places.Values, found.Select(f => (f.User, places[f.Section])));
        var byUser = found.ToLookup(
            f => f.User, f => merged.Places.Contains(places[f.Section]) ? MergedPlaces.Other : f.Name);
        return user => [.. byUser[user].Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
