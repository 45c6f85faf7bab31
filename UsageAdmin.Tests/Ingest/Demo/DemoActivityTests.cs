using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Demo;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Tests.Ingest.Demo;

/// <summary>The demo's items, before they are written.</summary>
public sealed class DemoActivityTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    public static TheoryData<string> Workspaces =>
        [.. DemoOrganization.All.SelectMany(o => o.Workspaces).Select(w => w.Id)];

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void A_day_gives_the_same_conversations_whenever_it_is_loaded(string id)
    {
        var earlier = Conversations(id, Today.AddDays(-20));
        var later = Conversations(id, Today).ToDictionary(c => c.Id);

        Assert.All(earlier, conversation =>
        {
            var again = later[conversation.Id];
            Assert.Equal(conversation.Title, again.Title);
            Assert.Equal(conversation.Messages.Select(m => (m.Id, m.CreatedAtUtc, Encoding.UTF8.GetString(m.Content.Value!))),
                again.Messages.Take(conversation.Messages.Count)
                    .Select(m => (m.Id, m.CreatedAtUtc, Encoding.UTF8.GetString(m.Content.Value!))));
        });
    }

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void Nothing_happens_after_the_nightly_import_of_today(string id)
    {
        var (organization, _) = Find(id);
        var until = DemoSchedule.UntilUtc(Today, organization.TimeZone);

        Assert.All(Conversations(id, Today).SelectMany(c => c.Messages), m => Assert.True(m.CreatedAtUtc.Value < until));
        Assert.Equal(Today, DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(until, organization.TimeZone)));
    }

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void Every_month_has_what_the_demo_promises_even_on_its_first_day(string id)
    {
        var (organization, _) = Find(id);
        var months = Conversations(id, new DateOnly(2026, 11, 1))
            .Select(c => (Start: TimeZoneInfo.ConvertTimeFromUtc(c.CreatedAtUtc.Value!.Value, organization.TimeZone), c))
            .GroupBy(c => (c.Start.Year, c.Start.Month), c => c.c)
            .ToList();

        Assert.Equal(14, months.Count);
        Assert.All(months, month =>
        {
            Assert.InRange(month.Count(), 20, 600);
            Assert.Contains(month, c => c.Files.CountBy(f => f.MessageId).Any(f => f.Value == 2));
            Assert.Contains(month, c => c.Feedback.Exists(f => f.Flags.Value != MessageMarks.None));
            Assert.Contains(month, c => c.Moderation.Exists(m => m.Results.Any(r => r.Flagged)));
            Assert.Contains(month, c => c.Messages.Exists(m => m.Source.Value == MessageSource.User && m.Active.Value == false));
            Assert.Contains(month, c => c.Messages.Exists(m => m.Failed.Value == true));
            Assert.Contains(month, c => c.AppId.Value is null && c.ProjectId.Value is null);
            Assert.Contains(month, c => c.ProjectId.Value is not null);
            Assert.All(month, c => Assert.True(c.Messages[^1].CreatedAtUtc.Value - c.CreatedAtUtc.Value < TimeSpan.FromDays(30)));
        });
    }

    [Theory]
    [MemberData(nameof(Workspaces))]
    public void Items_are_well_formed(string id)
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        foreach (var item in Items(id, Today))
        {
            var texts = item switch
            {
                DimensionItem dimension => [dimension.Id, dimension.Name.Value],
                ConversationItem conversation => [conversation.Id, conversation.Title.Value,
                    .. conversation.Messages.Select(m => strict.GetString(m.Content.Value!)),
                    .. conversation.Files.Select(f => f.Name.Value), .. conversation.Actions.Select(a => a.Name)],
                _ => Array.Empty<string?>(),
            };
            Assert.All(texts.OfType<string>(), text =>
            {
                Assert.DoesNotContain('\0', text);
                Assert.NotEmpty(strict.GetBytes(text + " "));
            });
        }
    }

    [Fact]
    public void Hostile_texts_reach_the_messages_and_the_names()
    {
        var items = Items("hostile-main", Today).ToList();
        var contents = items.OfType<ConversationItem>().SelectMany(c => c.Messages)
            .Select(m => Encoding.UTF8.GetString(m.Content.Value!)).ToList();

        Assert.All(HostileTexts.All, text =>
        {
            Assert.Contains(contents, content => content.Contains(text, StringComparison.Ordinal));
            Assert.Contains(items, i => i is UserItem user && user.Name.Value == text);
            Assert.Contains(items, i => i is AppItem app && app.Name.Value == text);
        });
        Assert.Contains(HostileTexts.All, text => text.Length >= 10_000);
        Assert.Contains(HostileTexts.All, text => text.Contains('\uFFFD'));
    }

    private static (DemoOrganization Organization, DemoWorkspace Workspace) Find(string id) =>
        DemoOrganization.All.SelectMany(o => o.Workspaces.Select(w => (o, w))).Single(found => found.w.Id == id);

    private static IEnumerable<ImportItem> Items(string id, DateOnly today)
    {
        var (organization, workspace) = Find(id);
        var plan = DemoSchedule.Plan(today, loadedOn: null, workspace, organization.TimeZone);
        return new GeneratedActivity(workspace.Cast(organization.TimeZone, plan.UntilUtc), plan).Items();
    }

    private static List<ConversationItem> Conversations(string id, DateOnly today) =>
        [.. Items(id, today).OfType<ConversationItem>()];
}
