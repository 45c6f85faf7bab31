using UsageAdmin.Data;
using UsageAdmin.Data.Members;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Everything with a name that usage is about, in arrays: memory grows with the people and things of the workspace, not
/// with what they did.
/// </summary>
internal sealed class UsageFacts
{
    private readonly Indexes _actionIndexes;

    /// <param name="beside">Another session on the same snapshot, to read with two threads; null: there is none.</param>
    public UsageFacts(UsageSession session, UsageSession? beside, MemberCache members, UsageScope scope)
    {
        Scope = scope;
        var workspaceId = scope.Workspace.Id;
        Members = members.Read(session, beside, scope.Organization.Id, [workspaceId]);
        var firstDay = Members.FirstDays[0];
        Assistants = new Entities(
            session, EntityType.App, "app", workspaceId, Members.UserIndexes, firstDay, "description, url");
        Projects = new Entities(session, EntityType.Project, "project", workspaceId, Members.UserIndexes, firstDay);
        Workflows = new Entities(session, EntityType.Workflow, "workflow", workspaceId, Members.UserIndexes, firstDay);
        Models = new Models(session, scope.Organization.Id);
        var actions = ReadActions(session, workspaceId);
        _actionIndexes = new Indexes(actions.ConvertAll(a => a.Id));
        Actions = [.. actions.Select(a => a.Name)];
    }

    public UsageScope Scope { get; }

    public WorkspaceMembers Members { get; }

    public int Users => Members.Users.Length;

    public Entities Assistants { get; }

    public Entities Projects { get; }

    public Entities Workflows { get; }

    public Models Models { get; }

    /// <summary>Names of tools.</summary>
    public string[] Actions { get; }

    public int PlaceOfUser(long id) => Members.UserIndexes.Of(id);

    public int PlaceOfAction(long id) => _actionIndexes.Of(id);

    private static List<(long Id, string Name)> ReadActions(UsageSession session, long workspaceId)
    {
        var found = new List<(long, string)>();
        var row = session.Prepare("SELECT id, name FROM action_name WHERE workspace_id = ?1 ORDER BY id").Bind(1, workspaceId);
        while (row.Step())
        {
            found.Add((row.Number(0), row.Text(1)!));
        }

        row.Reset();
        return found;
    }
}
