using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Analytics.Counting;

/// <summary>
/// Everything with a name that figures are about, in arrays: memory grows with the people and apps of the organisation, not
/// with what they did. Times are milliseconds since 1970.
/// </summary>
internal sealed class Facts
{
    private readonly ValuesOverTime _appValues;
    private readonly WorkspaceSections _sections;

    /// <param name="beside">Another session on the same snapshot, to read with two threads; null: there is none.</param>
    public Facts(UsageSession session, UsageSession? beside, MemberCache members, AnalyticsScope scope)
    {
        Scope = scope;
        WorkspaceIds = [.. scope.Workspaces.Select(w => w.Id)];
        var organizationId = scope.Organization.Id;
        Members = members.Read(session, beside, organizationId, WorkspaceIds);
        Models = ReadModels(session, organizationId);
        ModelIndexes = new Indexes([.. Models.Select(m => m.Id)]);
        Apps = [.. WorkspaceIds.SelectMany((id, workspace) => ReadApps(session, id, workspace))];
        AppIndexes = new Indexes([.. Apps.Select(a => a.Id)]);
        _appValues = ValuesOverTime.Read(
            session, EntityType.App,
            "SELECT a.id FROM workspace w JOIN app a ON a.workspace_id = w.id WHERE w.organization_id = ?2", organizationId);
        _sections = members.ReadSections(session, organizationId, WorkspaceIds, Members);
        UnknownUser = Array.FindIndex(Users, u => u.PublicId == People.Unknown) is >= 0 and var unknown ? unknown : Users.Length;
    }

    public AnalyticsScope Scope { get; }

    public long[] WorkspaceIds { get; }

    public WorkspaceMembers Members { get; }

    public MemberFact[] Users => Members.Users;

    public Indexes UserIndexes => Members.UserIndexes;

    public AppFact[] Apps { get; }

    public Indexes AppIndexes { get; }

    public ModelFact[] Models { get; }

    public Indexes ModelIndexes { get; }

    public SectionFact[] Sections => _sections.Sections;

    public Indexes SectionIndexes => _sections.Indexes;

    public SectionStays SectionStays => _sections.Stays;

    /// <summary>
    /// The person that stands for what nobody is named for, apps without creator among it: a user of the sources, else the
    /// place behind the last user.
    /// </summary>
    public int UnknownUser { get; }

    /// <summary>Users and the place behind them.</summary>
    public int Creators => Users.Length + 1;

    /// <summary>
    /// Whose row an app counts for, a place below <see cref="Creators"/>. Without user-level data nobody's: what somebody
    /// made would tell who it is.
    /// </summary>
    public int CreatorOf(AppFact app) => app.Creator >= 0 && Scope.IsIdentified ? app.Creator : UnknownUser;

    /// <summary>The place that counts an app of a workspace.</summary>
    /// <param name="appId">0: chats without app.</param>
    public int PlaceOfApp(int workspace, long appId) => appId == 0 ? Apps.Length + workspace : AppIndexes.Of(appId);

    public int WorkspaceOfPlace(int place) => place < Apps.Length ? Apps[place].Workspace : place - Apps.Length;

    public string? NameOf(AppFact app, long end) => _appValues.At(app.Id, AttributeName.Name, end, app.Name);

    /// <summary>Null and blank are no category.</summary>
    public string CategoryOf(AppFact app, long end) =>
        _appValues.At(app.Id, AttributeName.Category, end, app.Category) is { } category && !string.IsNullOrWhiteSpace(category)
            ? category
            : CategoryFigures.Uncategorized;

    public string? ModelOf(AppFact app, long end) => _appValues.At(app.Id, AttributeName.Model, end, app.Model);

    /// <summary>What its own dates say, else what was known of it at the time.</summary>
    public string StatusOf(AppFact app, long end)
    {
        if ((app.ArchivedAt ?? app.DeletedAt) < end)
        {
            return "archived";
        }

        var known = _appValues.At(app.Id, AttributeName.Status, end, app.IsPublished ? "published" : "draft");
        return known switch
        {
            "published" when app.PublishedAt >= end => "draft",
            "archived" => app.PublishedAt < end || (app.PublishedAt is null && app.IsPublished) ? "published" : "draft",
            _ => known ?? "draft",
        };
    }

    public bool Exists(AppFact app, long end) => (app.CreatedAt ?? Members.FirstDays[app.Workspace]) < end;

    /// <summary>Whether it was ever published up to the end.</summary>
    public bool WasPublished(AppFact app, long end) => app.PublishedAt is { } at
        ? at < end
        : app.IsPublished && Exists(app, end);

    private static ModelFact[] ReadModels(UsageSession session, long organizationId)
    {
        var models = new List<ModelFact>();
        var row = session.Prepare("SELECT id, public_id FROM model WHERE organization_id = ?1 ORDER BY id")
            .Bind(1, organizationId);
        while (row.Step())
        {
            models.Add(new ModelFact(row.Number(0), row.Text(1)!));
        }

        return [.. models];
    }

    private List<AppFact> ReadApps(UsageSession session, long workspaceId, int workspace)
    {
        var apps = new List<AppFact>();
        var row = session.Prepare(
            """
            SELECT id, public_id, name, category, creator_user_id, is_published, published_at, created_at, archived_at,
                deleted_at, model_id FROM app WHERE workspace_id = ?1 ORDER BY id
            """).Bind(1, workspaceId);
        while (row.Step())
        {
            var model = row.NullableNumber(10) is { } id ? ModelIndexes.Of(id) : -1;
            apps.Add(new AppFact(
                row.Number(0), workspace, row.Text(1)!, row.Text(2), row.Text(3),
                row.NullableNumber(4) is { } creator ? UserIndexes.Of(creator) : -1, row.Number(5) != 0,
                row.NullableNumber(6), row.NullableNumber(7), row.NullableNumber(8), row.NullableNumber(9),
                model < 0 ? null : Models[model].PublicId));
        }

        return apps;
    }
}

/// <param name="Workspace">Its place.</param>
/// <param name="Creator">The user's place; −1: unknown.</param>
internal sealed record AppFact(
    long Id, int Workspace, string PublicId, string? Name, string? Category, int Creator, bool IsPublished,
    long? PublishedAt, long? CreatedAt, long? ArchivedAt, long? DeletedAt, string? Model);

internal sealed record ModelFact(long Id, string PublicId);
