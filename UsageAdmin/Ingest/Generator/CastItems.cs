namespace UsageAdmin.Ingest.Generator;

/// <summary>A cast as the items that a file would hold: models, sections, people, apps, projects, workflows, renames.</summary>
internal static class CastItems
{
    /// <param name="untilUtc">What lies behind it has not happened yet.</param>
    public static IEnumerable<ImportItem> Of(Cast cast, DateTime untilUtc) =>
        cast.Models.Select(model => (ImportItem)Item(model, cast.SinceUtc))
            .Concat(cast.Sections.Select(section => new SectionItem
            {
                Id = section.Id,
                Name = section.Name,
                ValidFromUtc = cast.SinceUtc,
            }))
            .Concat(cast.Users.Where(user => user.JoinedAtUtc < untilUtc).SelectMany(user => Items(user, untilUtc)))
            .Concat(cast.Apps.Where(app => app.CreatedAtUtc < untilUtc).Select(app => Item(app, cast, untilUtc)))
            .Concat(cast.Projects.Select(project => new ProjectItem
            {
                Id = project.Id,
                Name = project.Name,
                CreatorId = project.CreatorId,
                CreatedAtUtc = cast.SinceUtc,
                ValidFromUtc = cast.SinceUtc,
            }))
            .Concat(cast.Workflows.Select(workflow => new WorkflowItem
            {
                Id = workflow.Id,
                Name = workflow.Name,
                CreatorId = workflow.CreatorId,
                CreatedAtUtc = cast.SinceUtc,
                ValidFromUtc = cast.SinceUtc,
            }))
            .Concat(cast.Renames.Where(rename => rename.ValidFromUtc < untilUtc));

    private static ModelItem Item(CastModel model, DateTime sinceUtc) => new ModelItem
    {
        Id = model.Id,
        Name = model.Name,
        Provider = model.Provider,
        BringYourKeys = model.OwnKeys,
        MicroUsdPerMillionInput = model.MicroUsdPerMillionInput,
        MicroUsdPerMillionOutput = model.MicroUsdPerMillionOutput,
        ValidFromUtc = sinceUtc,
    };

    private static IEnumerable<ImportItem> Items(CastUser user, DateTime untilUtc)
    {
        var leftAt = user.LeftAtUtc < untilUtc ? user.LeftAtUtc : null;
        yield return new UserItem
        {
            Id = user.Id,
            Name = user.Name,
            Email = user.Email,
            Role = user.Role,
            JoinedAtUtc = user.JoinedAtUtc,
            Status = "active",
            ValidFromUtc = user.JoinedAtUtc,
        };
        yield return Membership(user, sectionId: null, leftAt);
        foreach (var section in user.SectionIds)
        {
            yield return Membership(user, section, leftAt);
        }
    }

    private static MembershipItem Membership(CastUser user, string? sectionId, DateTime? leftAtUtc) => new()
    {
        UserId = user.Id,
        SectionId = sectionId,
        Role = user.Role,
        JoinedAtUtc = user.JoinedAtUtc,
        LeftAtUtc = leftAtUtc,
        ValidFromUtc = user.JoinedAtUtc,
    };

    private static AppItem Item(CastApp app, Cast cast, DateTime untilUtc) => new AppItem
    {
        Id = app.Id,
        Name = app.Name,
        Category = app.Category,
        CreatorId = app.CreatorId,
        CreatedAtUtc = app.CreatedAtUtc,
        Published = app.PublishedAtUtc < untilUtc,
        PublishedAtUtc = app.PublishedAtUtc < untilUtc ? app.PublishedAtUtc : null,
        ArchivedAtUtc = app.ArchivedAtUtc < untilUtc ? app.ArchivedAtUtc : null,
        Description = app.Description,
        Model = cast.Models[app.Model].Id,
        ValidFromUtc = app.CreatedAtUtc,
    };
}
