namespace UsageAdmin.Ingest.Generator;

/// <summary>Makes conversations of a cast. Not safe for use by two threads at once.</summary>
internal sealed class ConversationMaker(Cast cast, int averageMessages)
{
    private static readonly string[] Channels = ["web", "web", "web", "desktop", "mobile", "slack"];

    private readonly Prose _prose = new();
    private readonly Weights _users = new(cast.Users.Select(user => user.Weight));
    private readonly Weights _apps = new(cast.Apps.Select(app => app.Weight).DefaultIfEmpty(1));
    private readonly Weights _models = new(cast.Models.Select((_, rank) => 100 / (rank + 1)));

    /// <summary>Null: nobody of the cast was there at the time.</summary>
    /// <param name="untilUtc">Up to when there is data, exclusive; messages behind it are not there yet.</param>
    public ConversationItem? Make(SeededRandom random, ConversationStart start, DateTime untilUtc)
    {
        if (PickUser(random, start.AtUtc) is not { } user)
        {
            return null;
        }

        var traits = start.Traits;

        var language = cast.Languages[user.Language];
        var inProject = traits.HasFlag(ConversationTraits.InProject) || random.Chance(120);
        var app = !traits.HasFlag(ConversationTraits.WithoutApp) && !traits.HasFlag(ConversationTraits.InProject)
            && random.Chance(600) ? PickApp(random, user, start.AtUtc) : null;
        var model = cast.Models[app?.Model ?? _models.Pick(random)];
        var item = new ConversationItem
        {
            Id = start.Id,
            Line = start.Line,
            HasHeader = true,
            UserId = user.Id,
            AppId = app?.Id,
            ProjectId = inProject && cast.Projects.Count > 0 ? random.Pick(cast.Projects).Id : null,
            SectionId = user.SectionIds.Count > 0 && random.Chance(300) ? random.Pick(user.SectionIds) : null,
            Model = model.Id,
            Temperature = random.Chance(500) ? random.Below(11) / 10.0 : null,
            Title = random.Chance(970) ? random.Pick(language.Titles) : null,
            Channel = traits.HasFlag(ConversationTraits.Scheduled) ? "schedule" : random.Pick(Channels),
            CreatedAtUtc = start.AtUtc,
        };
        return WithMessages(item, random, language, model, untilUtc, traits, app?.HasStarterForm == true);
    }

    private ConversationItem WithMessages(
        ConversationItem item, SeededRandom random, Language language, CastModel model, DateTime untilUtc,
        ConversationTraits traits, bool hasStarterForm)
    {
        // In thousandths. 2.2 messages to a turn, and the mean is 1.28 times the median less what is cut off.
        var turns = Math.Max(1, random.Lognormal(averageMessages * 412, 70) / 1000);
        var draft = new ConversationDraft(item, random, cast, _prose, language, model, untilUtc);
        if (hasStarterForm && random.Chance(700))
        {
            draft.AddStarterForm();
        }

        for (var turn = 0; turn < turns; turn++)
        {
            if (!draft.AddTurn(turn == 0 ? traits : ConversationTraits.None))
            {
                return item;
            }
        }

        return random.Chance(500) ? item with { EndedAtUtc = draft.LastUtc.AddSeconds(random.Below(120)) } : item;
    }

    private CastUser? PickUser(SeededRandom random, DateTime timeUtc)
    {
        const int Tries = 50;
        for (var i = 0; i < Tries; i++)
        {
            var user = cast.Users[_users.Pick(random)];
            if (user.JoinedAtUtc <= timeUtc && !(user.LeftAtUtc <= timeUtc))
            {
                return user;
            }
        }

        return null;
    }

    private CastApp? PickApp(SeededRandom random, CastUser user, DateTime timeUtc)
    {
        const int Tries = 8;
        for (var i = 0; i < Tries && cast.Apps.Count > 0; i++)
        {
            var app = cast.Apps[_apps.Pick(random)];
            if (app.CreatedAtUtc <= timeUtc && !(app.ArchivedAtUtc <= timeUtc)
                && (app.PublishedAtUtc <= timeUtc || app.CreatorId == user.Id))
            {
                return app;
            }
        }

        return null;
    }
}

/// <param name="Line">The item's number in the import.</param>
internal readonly record struct ConversationStart(string Id, long Line, DateTime AtUtc, ConversationTraits Traits);
