using System.Globalization;
using System.Text;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Ingest.Demo;

/// <summary>
/// The people, apps, projects and workflows of an ordinary demo workspace. Dates are fixed in the calendar and never count
/// from today, so that a later run adds to what an earlier one made and changes nothing of it.
/// </summary>
internal sealed class DemoCast(string organization, TimeZoneInfo zone, DateTime untilUtc)
{
    private const int FirstYear = 2024;
    private const int InternLanguage = 0;

    private static readonly string[] MarriedNames = ["Sommer", "Winter", "Lang", "Frank", "Stein", "Berger", "Hahn"];

    private static readonly (string Account, string Name, MemberRole Role)[] AccountNames =
    [
        ("admin", "Alex Admin", MemberRole.Admin), ("wsadmin", "Wanda Wegner", MemberRole.Admin),
        ("member", "Max Member", MemberRole.Member),
    ];

    private static readonly (string Name, string Category, bool HasForm)[] AppNames =
    [
        ("Contract Helper", "Legal", false), ("Brand Voice", "Writing", true), ("Travel Planner", "Planning", true),
        ("Code Reviewer", "Coding", false), ("Onboarding Guide", "Support", false), ("Minutes Writer", "Writing", false),
        ("Data Explainer", "Research", false), ("Tender Check", "Research", true),
    ];

    /// <summary>Index of the first person, so that workspaces of an organisation can share some.</summary>
    public required int FirstPerson { get; init; }

    public required int People { get; init; }

    public required IReadOnlyList<string> Sections { get; init; }

    public required int GermanPercent { get; init; }

    public bool OwnKeys { get; init; }

    private int LastYear => TimeZoneInfo.ConvertTimeFromUtc(untilUtc, zone).Year;

    public Cast Build()
    {
        var users = Persons().Concat(Interns()).Concat(Accounts()).ToList();
        return new Cast
        {
            Users = users,
            Sections = [.. Sections.Select((name, i) => (SectionId(i), name))],
            Models = CastNames.Models(OwnKeys),
            Apps = [.. Apps(users), .. Campaigns(users)],
            Projects = [("tender-12", "Tender 12", users[0].Id), ("fair", "Hannover Messe", users[1].Id), ("iso", "ISO 27001", users[2].Id)],
            Workflows = [("intake", "Invoice intake", users[0].Id), ("digest", "Weekly digest", users[3].Id)],
            Actions = CastNames.Actions,
            Languages = [Languages.English, Languages.German, .. Languages.Others],
            SinceUtc = Day(FirstYear, 1, 1),
            Renames = [.. Renames(users).OrderBy(rename => rename.ValidFromUtc)],
        };
    }

    private IEnumerable<CastUser> Persons()
    {
        for (var i = 0; i < People; i++)
        {
            var person = FirstPerson + i;
            var (first, last) = NameOf(person);
            yield return new CastUser(
                PersonId(person), $"{first} {last}", $"{Ascii(first)}.{Ascii(last)}@{organization}.example",
                i % 5 == 3 ? 0 : Weights.Zipf(i), Day(FirstYear, 1 + (person % 12), 1 + (person * 5 % 27)))
            {
                Role = i % 9 == 0 ? MemberRole.Editor : MemberRole.Member,
                SectionIds = i == 2
                    ? [SectionId(0), SectionId(1)]
                    : i % 5 == 4 ? [] : [SectionId(i % Sections.Count)],
                Language = i % 11 == 10 ? 2 + (i % 8) : i * 37 % 100 < GermanPercent ? 1 : 0,
            };
        }
    }

    /// <summary>One for each half-year, who then leaves.</summary>
    private IEnumerable<CastUser> Interns() =>
        from year in Enumerable.Range(FirstYear, LastYear - FirstYear + 1)
        from half in Enumerable.Range(1, 2)
        let joinedUtc = half == 1 ? Day(year, 2, 1) : Day(year, 8, 1)
        let leftUtc = half == 1 ? Day(year, 8, 1) : Day(year + 1, 2, 1)
        let id = string.Create(CultureInfo.InvariantCulture, $"{organization}-intern-{year}-{half}")
        select new CastUser(id, $"{NameOf((year * 2) + half).First} ({year})", $"{id}@{organization}.example",
            Weights.Zipf(4), joinedUtc, leftUtc)
        {
            SectionIds = [SectionId(0)],
            Language = InternLanguage,
        };

    /// <summary>The people behind the demo's accounts use the platform too.</summary>
    private IEnumerable<CastUser> Accounts() =>
        AccountNames.Select((account, i) => new CastUser(
            $"{organization}-{account.Account}", account.Name, $"{account.Account}@{organization}.example",
            Weights.Zipf(6 + i), Day(FirstYear, 1, 15))
        {
            Role = account.Role,
            SectionIds = [SectionId(0)],
            Language = GermanPercent > 50 ? 1 : 0,
        });

    /// <summary>The last one is a draft.</summary>
    private IEnumerable<CastApp> Apps(List<CastUser> users) =>
        AppNames.Select((app, i) => new CastApp(
            $"app-{i + 1}", app.Name, i == 6 ? null : app.Category, users[i % 5].Id, Weights.Zipf(i),
            Day(FirstYear, 2 + i, 3), i == AppNames.Length - 1 ? null : Day(FirstYear, 3 + i, 1))
        {
            Description = $"{app.Name}: made by us for everyday work.",
            Model = i % 3,
            HasStarterForm = app.HasForm,
        });

    /// <summary>An app for each Christmas, archived afterwards.</summary>
    private IEnumerable<CastApp> Campaigns(List<CastUser> users) =>
        Enumerable.Range(FirstYear, LastYear - FirstYear + 1).Select(year => new CastApp(
            $"christmas-{year}", $"Christmas Cards {year}", "Writing", users[1].Id, Weights.Zipf(3),
            Day(year, 11, 2), Day(year, 11, 10), Day(year + 1, 1, 15)));

    /// <summary>Each July somebody takes another name, and so does an app.</summary>
    private IEnumerable<DimensionItem> Renames(List<CastUser> users)
    {
        for (var year = FirstYear + 1; year <= LastYear; year++)
        {
            var user = users[year % 5];
            yield return new UserItem
            {
                Id = user.Id,
                Name = $"{user.Name.Split(' ')[0]} {MarriedNames[year % MarriedNames.Length]}",
                ValidFromUtc = Day(year, 7, 1),
            };
            yield return new AppItem
            {
                Id = "app-2",
                Name = $"{AppNames[1].Name} {year}",
                ValidFromUtc = Day(year, 7, 1),
            };
        }
    }

    private string PersonId(int person) => string.Create(CultureInfo.InvariantCulture, $"{organization}-{person:000}");

    private static (string First, string Last) NameOf(int person) =>
        (CastNames.First[person % CastNames.First.Count], CastNames.Last[person * 7 % CastNames.Last.Count]);

    private static string SectionId(int index) => string.Create(CultureInfo.InvariantCulture, $"section-{index + 1}");

    private DateTime Day(int year, int month, int day) => WorkingDays.ToUtc(new DateOnly(year, month, day), 0, zone);

    /// <summary>As it can stand in an address: without marks, and other scripts as numbers.</summary>
    private static string Ascii(string name)
    {
        var letters = name.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetter).ToArray();
        return letters.Length > 1
            ? new string(letters).ToLowerInvariant()
            : string.Concat(name.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture)));
    }
}
