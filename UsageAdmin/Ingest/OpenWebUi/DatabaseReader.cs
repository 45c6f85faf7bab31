using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Reads <c>webui.db</c>: people, groups, assistants and folders first, so that chats find them, then the chats.</summary>
internal sealed class DatabaseReader(SourceDatabase database, OpenWebUiTimes times, OpenWebUiLimits limits)
{
    private readonly TableReader _tables = new(database);
    private readonly HashSet<string> _people = new(StringComparer.Ordinal);

    /// <param name="groupName">Whose members alone are taken in, by name or id; null: everybody.</param>
    /// <exception cref="InvalidHeaderException">There is no such group; nothing was read.</exception>
    /// <exception cref="UnreadableFileException">The database is damaged, or was written to meanwhile.</exception>
    public IEnumerable<ImportItem> Read(string? groupName, ReadProgress progress)
    {
        var groups = SourceGroups.Read(_tables, database.Tables);
        (string Id, IReadOnlySet<string> Members)? group = groupName is null ? null : groups.Find(groupName);
        bool IsTaken(string? userId) => group is not { } only || (userId is not null && only.Members.Contains(userId));

        yield return new HeaderItem
        {
            GeneratedAtUtc = LastActivity(),
            Completeness = group is null ? Completeness.All : Completeness.People,
        };
        var models = SourceModels.Read(_tables, database.Tables, times);
        foreach (var item in People(IsTaken)
            .Concat(groups.Sections(_people.Contains, group?.Id))
            .Concat(models.Items(IsTaken))
            .Concat(Folders(IsTaken)))
        {
            yield return item;
        }

        var ratings = SourceRatings.Read(_tables, times);
        using var chats = new SourceChats(database, times, limits);
        var total = Count("chat");
        var done = 0;
        foreach (var chat in chats.Read(IsTaken, ratings, new ChatReader(times, models.Custom), _tables))
        {
            progress.Set(++done, total);
            if (models.Take(chat.OfType<ConversationItem>().FirstOrDefault()?.AppId.Value) is { } assistant)
            {
                yield return assistant;
            }

            foreach (var item in chat)
            {
                yield return item;
            }
        }

        foreach (var item in ratings.Remaining(IsTaken).Concat(UsageLogRows.Read(_tables, times, models.Custom, IsTaken)))
        {
            yield return item;
        }

        if (database.IsChanged())
        {
            throw new UnreadableFileException("The database was written to while it was read. Import a copy of it.");
        }
    }

    private long Count(string table)
    {
        if (!database.Tables.Has(table, "id"))
        {
            return 0;
        }

        using var count = database.Prepare($"SELECT count(id) FROM \"{table}\"");
        return count.Step() ? count.Number(0) : 0;
    }

    /// <summary>When somebody last did something: names hold from then on, whenever a copy of the file is imported.</summary>
    private DateTime? LastActivity()
    {
        var silent = new Remarks();
        var latest = default(DateTime?);
        foreach (var (table, column) in ((string, string)[])[("user", "last_active_at"), ("chat", "updated_at")])
        {
            if (database.Tables.Has(table, column))
            {
                using var newest = database.Prepare($"SELECT max(\"{column}\") FROM \"{table}\"");
                var time = newest.Step() ? newest.Time(0, column, times, silent) : null;
                latest = Nullable.Compare(time, latest) > 0 ? time : latest;
            }
        }

        return latest;
    }

    private IEnumerable<ImportItem> People(Func<string?, bool> isTaken) =>
        _tables.Read("user", ["id", "name", "email", "role", "created_at"], (row, remarks) =>
            row.Id(0, "user.id", remarks) is not { } id
                ? [Refused("user")]
                : !isTaken(id) || !_people.Add(id)
                    ? []
                    : new UserRecord(id)
                    {
                        Name = row.Storable(1, remarks),
                        Email = row.Storable(2, remarks),
                        Role = row.Storable(3, remarks),
                        CreatedAtUtc = row.Time(4, "user.created_at", times, remarks),
                    }.ToItems(_tables.Line).ToList());

    private IEnumerable<ImportItem> Folders(Func<string?, bool> isTaken) =>
        _tables.Read("folder", ["id", "user_id", "name", "created_at"], (row, remarks) =>
        {
            var owner = row.Id(1, "folder.user_id", remarks);
            return row.Id(0, "folder.id", remarks) is not { } id
                ? [Refused("folder")]
                : !isTaken(owner)
                    ? []
                    :
                    [
                        new ProjectItem
                        {
                            Id = id,
                            Line = _tables.Line,
                            Name = row.Storable(2, remarks) ?? default(Field<string>),
                            CreatorId = owner ?? default(Field<string>),
                            CreatedAtUtc = row.Time(3, "folder.created_at", times, remarks) is { } created
                                ? created
                                : default(Field<DateTime?>),
                        },
                    ];
        });

    private ProblemItem Refused(string table) => new(
        Refused: true, "invalid-value", $"{table}.id", $"a row of table {table} without a usable id is left out")
    {
        Line = _tables.Line,
    };
}
