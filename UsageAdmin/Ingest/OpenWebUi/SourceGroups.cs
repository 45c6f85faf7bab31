using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>
/// The groups and who is in them: from <c>group_member</c>, before that from a list in <c>group.user_ids</c>. Since when
/// somebody is in a group is not known: the times in <c>group_member</c> are those of its migration.
/// </summary>
internal sealed class SourceGroups
{
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly List<ImportItem> _problems = [];

    private sealed record Group(string Id, string? Name, long Line)
    {
        public HashSet<string> Members { get; } = new(StringComparer.Ordinal);
    }

    public static SourceGroups Read(TableReader tables, SourceTables schema)
    {
        var groups = new SourceGroups();
        groups._problems.AddRange(tables.Read("group", ["id", "name", "user_ids"], (row, remarks) =>
            groups.AddGroup(row, tables.Line, readMembers: !schema.Has("group_member"), remarks)));
        groups._problems.AddRange(tables.Read("group_member", ["group_id", "user_id"], groups.AddMember));
        return groups;
    }

    /// <summary>Who is in the group of that name or id.</summary>
    /// <exception cref="InvalidHeaderException">There is none, or there are several.</exception>
    public (string Id, IReadOnlySet<string> Members) Find(string nameOrId)
    {
        var found = _groups.Values.Where(group => group.Id == nameOrId || group.Name == nameOrId).ToList();
        return found switch
        {
            [var group] => (group.Id, group.Members),
            [] => throw new InvalidHeaderException($"There is no group {nameOrId} in the file; there are " +
                $"{string.Join(", ", _groups.Values.Select(group => group.Name ?? group.Id).Order(StringComparer.Ordinal))}."),
            _ => throw new InvalidHeaderException($"Several groups are called {nameOrId}; name one by its id."),
        };
    }

    /// <summary>A section per group with its members; old lists also name people who are long gone.</summary>
    /// <param name="except">The group that stands for the whole workspace.</param>
    public IEnumerable<ImportItem> Sections(Func<string, bool> isTaken, string? except)
    {
        foreach (var group in _groups.Values.Where(group => group.Id != except))
        {
            var members = group.Members.Where(isTaken).ToList();
            if (except is not null && members.Count == 0)
            {
                continue;
            }

            yield return new SectionItem { Id = group.Id, Line = group.Line, Name = group.Name ?? default(Field<string>) };
            foreach (var member in members)
            {
                yield return new MembershipItem { UserId = member, SectionId = group.Id, Line = group.Line };
            }
        }

        foreach (var problem in _problems)
        {
            yield return problem;
        }
    }

    private IEnumerable<ImportItem> AddGroup(Statement row, long line, bool readMembers, Remarks remarks)
    {
        if (row.Id(0, "group.id", remarks) is not { } id)
        {
            return [Problem("group.id", "a group without a usable id is left out", line)];
        }

        var group = new Group(id, row.Storable(1, remarks), line);
        _groups[id] = group;
        if (readMembers)
        {
            using var members = row.Json(2, "group.user_ids", remarks);
            foreach (var member in ((System.Text.Json.JsonElement?)members?.RootElement).Items())
            {
                if (((System.Text.Json.JsonElement?)member).Id("group.user_ids", remarks) is { } userId)
                {
                    group.Members.Add(userId);
                }
            }
        }

        return [];
    }

    private IEnumerable<ImportItem> AddMember(Statement row, Remarks remarks)
    {
        if (row.Id(0, "group_id", remarks) is { } groupId && row.Id(1, "user_id", remarks) is { } userId
            && _groups.TryGetValue(groupId, out var group))
        {
            group.Members.Add(userId);
        }

        return [];
    }

    private static ProblemItem Problem(string field, string text, long line) =>
        new(Refused: true, "invalid-value", field, text) { Line = line };
}
