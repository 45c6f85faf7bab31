using UsageAdmin.Ingest.Generator;

namespace UsageAdmin.Ingest.Demo;

/// <summary>One of the organisations that <c>--demo</c> makes, with its switches (product.md, "Demo data").</summary>
internal sealed record DemoOrganization(string Id, string Name, string Zone, IReadOnlyList<DemoWorkspace> Workspaces)
{
    public DayOfWeek FirstDayOfWeek { get; init; } = DayOfWeek.Monday;

    public bool ExportsEnabled { get; init; } = true;

    public bool UserLevelData { get; init; } = true;

    public bool WorkflowsEnabled { get; init; }

    public bool OwnModelKeysEnabled { get; init; }

    public TimeZoneInfo TimeZone => TimeZoneInfo.FindSystemTimeZoneById(Zone);

    public static IReadOnlyList<DemoOrganization> All { get; } =
    [
        new("alpha", "Alpha Maschinenbau GmbH", "Europe/Berlin",
        [
            new("alpha-main", "Alpha Main", 11, 8, (zone, until) => new DemoCast("alpha", zone, until)
            {
                FirstPerson = 0,
                People = 22,
                Sections = ["Vertrieb", "Einkauf", "Entwicklung", "Personal", "Werk Süd"],
                GermanPercent = 75,
                OwnKeys = true,
            }.Build()),
            new("alpha-lab", "Alpha Lab", 12, 4, (zone, until) => new DemoCast("alpha", zone, until)
            {
                FirstPerson = 14,
                People = 14,
                Sections = ["Research", "Prototypes"],
                GermanPercent = 30,
                OwnKeys = true,
            }.Build()),
        ])
        {
            WorkflowsEnabled = true,
            OwnModelKeysEnabled = true,
        },
        new("beta", "Beta Schools Trust", "UTC",
        [
            new("beta-main", "Beta Main", 21, 5, (zone, until) => new DemoCast("beta", zone, until)
            {
                FirstPerson = 5,
                People = 18,
                Sections = ["Class 7a", "Class 7b", "Teachers"],
                GermanPercent = 5,
            }.Build()),
        ])
        {
            FirstDayOfWeek = DayOfWeek.Sunday,
            UserLevelData = false,
        },
        new("gamma", "Gamma Consulting", "America/New_York",
        [
            new("gamma-main", "Gamma Main", 31, 3, (zone, until) => new DemoCast("gamma", zone, until)
            {
                FirstPerson = 9,
                People = 12,
                Sections = ["Partners", "Associates"],
                GermanPercent = 0,
            }.Build()),
        ])
        {
            FirstDayOfWeek = DayOfWeek.Sunday,
            ExportsEnabled = false,
        },
        new("hostile", HostileTexts.OrganizationName, "Europe/Berlin",
            [new("hostile-main", HostileTexts.WorkspaceName, 41, 2, HostileCast.Build)])
        {
            WorkflowsEnabled = true,
            OwnModelKeysEnabled = true,
        },
    ];
}

/// <param name="Seed">What its conversations follow from; never change one.</param>
/// <param name="PerWorkingDay">Conversations on a working day, in the mean.</param>
/// <param name="Cast">Who takes part, for the organisation's zone and the time up to which there is data.</param>
internal sealed record DemoWorkspace(
    string Id, string Name, ulong Seed, int PerWorkingDay, Func<TimeZoneInfo, DateTime, Cast> Cast);
