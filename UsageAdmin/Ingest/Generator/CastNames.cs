namespace UsageAdmin.Ingest.Generator;

/// <summary>Names that casts are made of.</summary>
internal static class CastNames
{
    public static IReadOnlyList<string> First { get; } =
    [
        "Anna", "Ben", "Clara", "David", "Elif", "Felix", "Greta", "Hannes", "Ines", "Jürgen", "Katharina", "Leon",
        "Mila", "Noah", "Olga", "Paul", "Renée", "Sören", "Tomás", "Ümit", "Vera", "Wojciech", "Xenia", "Yusuf", "Zoë",
        "Αλέξανδρος", "Мария", "健太", "芳", "أمينة",
    ];

    public static IReadOnlyList<string> Last { get; } =
    [
        "Albrecht", "Bauer", "Çelik", "Dubois", "Ebert", "Fischer", "García", "Hoffmann", "Iversen", "Jansen", "Köhler",
        "Lindqvist", "Müller", "Nowak", "O'Connor", "Petrov", "Quandt", "Richter", "Schäfer", "Tran", "Ulrich", "Vogel",
        "Weiß", "Yıldız", "Zimmermann",
    ];

    public static IReadOnlyList<string> Departments { get; } =
        ["Sales", "Purchasing", "Engineering", "Human Resources", "Finance", "Support", "Marketing", "Legal", "Logistics"];

    public static IReadOnlyList<string> Categories { get; } =
        ["Support", "Writing", "Research", "Coding", "Planning", "Translation"];

    public static IReadOnlyList<string> Apps { get; } =
    [
        "Contract Helper", "Brand Voice", "Travel Planner", "Code Reviewer", "Onboarding Guide", "Minutes Writer",
        "Data Explainer", "Tender Check", "E-mail Polisher", "Übersetzer", "Policy Finder", "Interview Coach",
    ];

    public static IReadOnlyList<string> Actions { get; } =
    [
        "web_search", "document_search", "image_generation", "data_analyst", "canvas", "Jira_Search for issues",
        "Outlook_Send mail",
    ];

    public static IReadOnlyList<(string Name, string MediaType)> Files { get; } =
    [
        ("report.pdf", "application/pdf"),
        ("Angebot März.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("figures.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("photo.jpg", "image/jpeg"), ("notes.txt", "text/plain"), ("customers.csv", "text/csv"),
        ("議事録.pdf", "application/pdf"),
    ];

    public static IReadOnlyList<CastModel> Models(bool ownKeys) =>
    [
        new("gpt-4o", "GPT-4o", "openai", 2_500_000, 10_000_000, ownKeys),
        new("gpt-4o-mini", "GPT-4o mini", "openai", 150_000, 600_000, ownKeys),
        new("claude-sonnet-4", "Claude Sonnet 4", "anthropic", 3_000_000, 15_000_000, ownKeys),
        new("gemini-2.5-flash", "Gemini 2.5 Flash", "google", 300_000, 2_500_000, false),
        new("mistral-large", "Mistral Large", "mistral", 2_000_000, 6_000_000, false),
    ];
}
