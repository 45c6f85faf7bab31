using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// From the ids of a source to ours (decisions.md 13). Users are one per organisation and join over sources; models join
/// by name; everything else belongs to its workspace.
/// </summary>
internal sealed class Identities(ImportScope scope, string? defaultUserEmail)
{
    /// <summary>The external id of a source's stub for conversations without user; ids of files are never empty.</summary>
    private const string UnknownUser = "";

    // Ids are never given to something else, so what was found once holds for the whole import.
    private readonly Dictionary<EntityType, Dictionary<string, long>> _ids = Enum.GetValues<EntityType>()
        .ToDictionary(type => type, _ => new Dictionary<string, long>(StringComparer.Ordinal));

    private readonly Statement _keys = scope.Session.PrepareInsert(
        "external_key", "workspace_id", "source_id", "entity_type", "external_id", "entity_id");

    private readonly Dictionary<string, long?> _usersAhead = new(StringComparer.Ordinal);
    private readonly HashSet<string> _freeEmails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _actionNames = new(StringComparer.Ordinal);
    private readonly HashSet<long> _members = [];
    private readonly HashSet<(EntityType, string)> _reported = [];
    private List<(long WorkspaceId, long SourceId)>? _siblings;
    private long? _defaultUser;
    private long? _unknownUser;
    private (long UserId, long Id)? _madeStay;

    /// <summary>Forgets what was made in a batch that was taken back.</summary>
    public void Forget()
    {
        foreach (var ids in _ids.Values)
        {
            ids.Clear();
        }

        _usersAhead.Clear();
        _freeEmails.Clear();
        _actionNames.Clear();
        _members.Clear();
        (_defaultUser, _unknownUser) = (null, null);
    }

    /// <summary>Looks up at once the people of records that are written next, in this transaction.</summary>
    public void LookAhead(IReadOnlyList<ImportItem> items)
    {
        _usersAhead.Clear();
        _freeEmails.Clear();
        foreach (var item in items)
        {
            if (item is UserItem user)
            {
                if (!IdsOf(EntityType.User).ContainsKey(user.Id))
                {
                    _usersAhead[user.Id] = null;
                }

                if (user.Email.Value is { } email)
                {
                    _freeEmails.Add(NormalizeEmail(email));
                }
            }
            else if (item is ConversationItem { UserId.Value: { } userId } && !IdsOf(EntityType.User).ContainsKey(userId))
            {
                _usersAhead[userId] = null;
            }
        }

        if (_usersAhead.Count > 0)
        {
            var keys = scope.Session.Prepare(
                    "SELECT external_id, entity_id FROM external_key WHERE workspace_id = ?1 AND source_id = ?2 " +
                    $"AND entity_type = ?3 AND {scope.Session.Sql.IsOneOf("external_id", "?4")}")
                .Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, (long)EntityType.User)
                .Bind(4, JsonSerializer.Serialize(_usersAhead.Keys));
            while (keys.Step())
            {
                _usersAhead[keys.Text(0)!] = keys.Number(1);
            }

            keys.Reset();
        }

        if (_freeEmails.Count > 0)
        {
            var taken = scope.Session.Prepare(
                    "SELECT normalized_email FROM usage_user WHERE organization_id = ?1 " +
                    $"AND {scope.Session.Sql.IsOneOf("normalized_email", "?2")}")
                .Bind(1, scope.OrganizationId).Bind(2, JsonSerializer.Serialize(_freeEmails));
            while (taken.Step())
            {
                _freeEmails.Remove(taken.Text(0)!);
            }

            taken.Reset();
        }
    }

    /// <summary>Our id; null where nothing has named it yet.</summary>
    public long? Find(EntityType type, string externalId)
    {
        if (IdsOf(type).TryGetValue(externalId, out var known))
        {
            return known;
        }

        if (type != EntityType.User || !_usersAhead.TryGetValue(externalId, out var found))
        {
            found = FindKey(scope.WorkspaceId, scope.SourceId, type, externalId);
        }

        if (found is { } id)
        {
            IdsOf(type).Add(externalId, id);
            if (type == EntityType.User)
            {
                EnsureMember(id);
            }
        }

        return found;
    }

    /// <summary>Our id for something that a record names; a stub is made where it has no record yet.</summary>
    public long Resolve(EntityType type, string externalId)
    {
        if (Find(type, externalId) is { } id)
        {
            return id;
        }

        (id, var isCreated) = Claim(type, externalId, email: null);
        if (isCreated)
        {
            AddStub(type, externalId);
        }

        return id;
    }

    /// <summary>Our id for the subject of a record, joined with what other sources know of it, else new (as a stub still).</summary>
    public (long Id, bool IsCreated) Claim(EntityType type, string externalId, string? email)
    {
        _madeStay = null;
        if (Find(type, externalId) is { } known)
        {
            return (known, false);
        }

        var joined = type switch
        {
            EntityType.User => FindInSiblings(externalId) ?? FindByEmail(email),
            EntityType.Model => FindModel(externalId),
            _ => null,
        };
        var id = joined ?? Insert(type, externalId);
        AddKey(type, externalId, id);
        return (id, joined is null);
    }

    /// <summary>The user's only stay, if the last <see cref="Claim"/> has made it.</summary>
    public long? MadeStay(long userId) => _madeStay is { } made && made.UserId == userId ? made.Id : null;

    /// <summary>The user of a conversation that names nobody (decisions.md 12).</summary>
    public long DefaultUser() => defaultUserEmail is null
        ? _unknownUser ??= FindKey(scope.WorkspaceId, scope.SourceId, EntityType.User, UnknownUser) ?? MakeUnknownUser()
        : _defaultUser ??= FindOrMakeDefaultUser(defaultUserEmail);

    /// <summary>Whether it is the stub for conversations without user.</summary>
    public bool IsUnknownUser(long userId) =>
        userId == (_unknownUser ??= FindKey(scope.WorkspaceId, scope.SourceId, EntityType.User, UnknownUser));

    public long ActionName(string name)
    {
        if (!_actionNames.TryGetValue(name, out var id))
        {
            id = scope.Session.Prepare("SELECT id FROM action_name WHERE workspace_id = ?1 AND name = ?2")
                     .Bind(1, scope.WorkspaceId).Bind(2, name).FirstNumber()
                 ?? scope.Session.Prepare("INSERT INTO action_name (workspace_id, name) VALUES (?1, ?2) RETURNING id")
                     .Bind(1, scope.WorkspaceId).Bind(2, name).FirstNumber()!.Value;
            _actionNames.Add(name, id);
        }

        return id;
    }

    /// <summary>The other user of the organisation who has this address.</summary>
    public long? FindByEmail(string? email) => email is null || _freeEmails.Contains(NormalizeEmail(email))
        ? null
        : scope.Session.Prepare("SELECT id FROM usage_user WHERE organization_id = ?1 AND normalized_email = ?2")
            .Bind(1, scope.OrganizationId).Bind(2, NormalizeEmail(email)).FirstNumber();

    /// <summary>The address as it is compared; somebody has it from now on.</summary>
    public string Take(string email)
    {
        var normalized = NormalizeEmail(email);
        _freeEmails.Remove(normalized);
        return normalized;
    }

    public static string NormalizeEmail(string email) => email.Trim().ToLowerInvariant();

    private long FindOrMakeDefaultUser(string email)
    {
        // The address is the person's id in this source, so that undoing an import sees who is still named.
        var (id, isCreated) = Claim(EntityType.User, NormalizeEmail(email), email);
        if (isCreated)
        {
            var changes = new ColumnChanges("usage_user", id);
            changes.Set("email", email.Trim());
            changes.Set("normalized_email", Take(email));
            changes.Set("is_stub", 0);
            changes.Write(scope, importColumn: null);
        }

        return id;
    }

    private long MakeUnknownUser()
    {
        var id = Insert(EntityType.User, "unknown");
        AddKey(EntityType.User, UnknownUser, id);
        AddStub(EntityType.User, "unknown");
        return id;
    }

    /// <summary>A look at a file makes the same stub in every batch; the report has it once.</summary>
    private void AddStub(EntityType type, string externalId)
    {
        if (!scope.IsPreview || _reported.Add((type, externalId)))
        {
            scope.Report.AddStub(type, externalId);
        }
    }

    private void AddKey(EntityType type, string externalId, long id)
    {
        _keys.Bind(1, scope.WorkspaceId).Bind(2, scope.SourceId).Bind(3, (long)type).Bind(4, externalId).Bind(5, id)
            .Execute();
        scope.Undo.Inserted("external_key", ("workspace_id", scope.WorkspaceId), ("source_id", scope.SourceId),
            ("entity_type", (long)type), ("external_id", externalId));
        IdsOf(type)[externalId] = id;
        if (type == EntityType.User)
        {
            EnsureMember(id);
        }
    }

    /// <summary>Everyone seen in a workspace has a stay in it, with unknown start.</summary>
    private void EnsureMember(long userId)
    {
        if (!_members.Add(userId))
        {
            return;
        }

        if (scope.Made.Has(EntityType.User, userId) || !HasStay(userId))
        {
            var id = scope.Session.Prepare(
                    $"INSERT INTO membership (workspace_id, user_id, role) VALUES (?1, ?2, 0){scope.Session.Sql.ReturningId}")
                .Bind(1, scope.WorkspaceId).Bind(2, userId).InsertedId()!.Value;
            scope.Made.Add(EntityType.Membership, id);
            scope.Undo.Inserted("membership", ("id", id));
            _madeStay = (userId, id);
        }
    }

    private Dictionary<string, long> IdsOf(EntityType type) => _ids[type];

    private bool HasStay(long userId) =>
        scope.Session.Prepare(
                "SELECT 1 FROM membership WHERE workspace_id = ?1 AND user_id = ?2 AND section_id IS NULL LIMIT 1")
            .Bind(1, scope.WorkspaceId).Bind(2, userId).FirstNumber() is not null;

    private long? FindKey(long workspaceId, long sourceId, EntityType type, string externalId) =>
        scope.Session.Prepare(
                "SELECT entity_id FROM external_key " +
                "WHERE workspace_id = ?1 AND source_id = ?2 AND entity_type = ?3 AND external_id = ?4")
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, (long)type).Bind(4, externalId).FirstNumber();

    /// <summary>The same instance's user in another workspace of the organisation.</summary>
    private long? FindInSiblings(string externalId)
    {
        foreach (var (workspaceId, sourceId) in _siblings ??= Siblings())
        {
            if (FindKey(workspaceId, sourceId, EntityType.User, externalId) is { } id)
            {
                return id;
            }
        }

        return null;
    }

    private List<(long WorkspaceId, long SourceId)> Siblings()
    {
        var select = scope.Session.Prepare(
                "SELECT s.workspace_id, s.id FROM source s JOIN workspace w ON w.id = s.workspace_id " +
                "WHERE w.organization_id = ?1 AND s.name = ?2 AND s.id <> ?3 ORDER BY s.id")
            .Bind(1, scope.OrganizationId).Bind(2, scope.SourceName).Bind(3, scope.SourceId);
        var siblings = new List<(long, long)>();
        while (select.Step())
        {
            siblings.Add((select.Number(0), select.Number(1)));
        }

        select.Reset();
        return siblings;
    }

    private long? FindModel(string name) =>
        scope.Session.Prepare("SELECT id FROM model WHERE organization_id = ?1 AND public_id = ?2")
            .Bind(1, scope.OrganizationId).Bind(2, name).FirstNumber();

    /// <summary>A new row, a stub as yet. Its public id is the external id, or the first free <c>id~n</c>.</summary>
    private long Insert(EntityType type, string externalId)
    {
        var (table, owner, ownerId, more, values) = type switch
        {
            EntityType.User => ("usage_user", "organization_id", scope.OrganizationId, "", ""),
            EntityType.Model => ("model", "organization_id", scope.OrganizationId, "", ""),
            EntityType.App => ("app", "workspace_id", scope.WorkspaceId, ", is_published", ", 0"),
            EntityType.Project => ("project", "workspace_id", scope.WorkspaceId, "", ""),
            EntityType.Workflow => ("workflow", "workspace_id", scope.WorkspaceId, "", ""),
            EntityType.Section => ("section", "workspace_id", scope.WorkspaceId, "", ""),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No dimension."),
        };
        long? made = null;
        for (var n = 1; made is null; n++)
        {
            made = scope.Session.Prepare(
                    $"INSERT INTO {table} ({owner}, public_id, is_stub, created_by_import_id{more}) " +
                    $"VALUES (?1, ?2, 1, ?3{values}) ON CONFLICT ({owner}, public_id) DO NOTHING{scope.Session.Sql.ReturningId}")
                .Bind(1, ownerId).Bind(2, n == 1 ? externalId : $"{externalId}~{n}").Bind(3, scope.ImportId).InsertedId();
        }

        var id = made.Value;
        scope.Made.Add(type, id);
        scope.Undo.Inserted(table, ("id", id));
        return id;
    }
}
