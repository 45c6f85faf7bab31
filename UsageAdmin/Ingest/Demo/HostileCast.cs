using System.Globalization;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Ingest.Demo;

/// <summary>The demo workspace in which every name and text is one of <see cref="HostileTexts"/>.</summary>
internal static class HostileCast
{
    public static Cast Build(TimeZoneInfo zone, DateTime untilUtc)
    {
        var texts = HostileTexts.All;
        var language = Language.FromSentences([.. texts], [.. texts], [.. texts]);
        var ordinary = new DemoCast("hostile", zone, untilUtc)
        {
            FirstPerson = 0,
            People = 8,
            Sections = ["A", "B", "C"],
            GermanPercent = 0,
            OwnKeys = true,
        }.Build();
        var users = ordinary.Users.Select(user => user with { Language = 0 })
            .Concat(texts.Select((text, i) => Person(text, i, ordinary.SinceUtc))).ToList();
        return ordinary with
        {
            Users = users,
            Sections = [.. ordinary.Sections, .. texts.Select((text, i) => (Id("section", i), text))],
            Models = [.. ordinary.Models, new("=model|<b>\"", texts[0], texts[8], 1_000_000, 2_000_000, true)],
            Apps = [.. ordinary.Apps, .. texts.Select((text, i) => App(text, i, users[i % users.Count].Id, ordinary.SinceUtc))],
            Projects = [.. texts.Select((text, i) => (Id("project", i), text, users[i].Id))],
            Workflows = [("workflow&<1>", texts[1], users[0].Id), ("workflow-2", new string('W', 10_000), users[1].Id)],
            Actions = [.. texts.Where(text => text.Length is > 1 and < 60), "web_search"],
            Files = [.. texts.Where(text => text.Length < 300).Select(text => (text, "text/html; charset=\"x\""))],
            Languages = [language],
        };
    }

    /// <summary>Every fourth of them never writes.</summary>
    private static CastUser Person(string text, int index, DateTime sinceUtc) =>
        new(Id("=user<&>\"'", index), text, index % 3 == 0 ? null : $"person+{index}'=x@hostile.example",
            index % 4 == 3 ? 0 : Weights.Zipf(10), sinceUtc)
        {
            SectionIds = [Id("section", index)],
            Role = MemberRole.Member,
        };

    private static CastApp App(string text, int index, string creatorId, DateTime sinceUtc) =>
        new(Id("app&?#%", index), text, index % 5 == 0 ? null : text, creatorId, Weights.Zipf(10), sinceUtc,
            index % 6 == 5 ? null : sinceUtc)
        {
            Description = text,
            HasStarterForm = index % 3 == 0,
        };

    private static string Id(string kind, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind}-{index + 1}");
}
