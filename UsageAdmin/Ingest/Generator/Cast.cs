using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Generator;

/// <summary>Who and what takes part in generated activity. Ids are external ids.</summary>
internal sealed record Cast
{
    public required IReadOnlyList<CastUser> Users { get; init; }

    /// <summary>Id and name.</summary>
    public IReadOnlyList<(string Id, string Name)> Sections { get; init; } = [];

    public required IReadOnlyList<CastModel> Models { get; init; }

    public IReadOnlyList<CastApp> Apps { get; init; } = [];

    /// <summary>Id, name and the creator's id.</summary>
    public IReadOnlyList<(string Id, string Name, string CreatorId)> Projects { get; init; } = [];

    /// <summary>Id, name and the creator's id.</summary>
    public IReadOnlyList<(string Id, string Name, string CreatorId)> Workflows { get; init; } = [];

    /// <summary>Names of the tools that models use.</summary>
    public IReadOnlyList<string> Actions { get; init; } = ["web_search"];

    /// <summary>Names of files that people attach, with their media types.</summary>
    public IReadOnlyList<(string Name, string MediaType)> Files { get; init; } = CastNames.Files;

    /// <summary>What conversations are written in where a person has none of their own.</summary>
    public required IReadOnlyList<Language> Languages { get; init; }

    /// <summary>Since when the unchanging things exist.</summary>
    public required DateTime SinceUtc { get; init; }

    /// <summary>Values that change later: names of people and apps. Ordered by time.</summary>
    public IReadOnlyList<DimensionItem> Renames { get; init; } = [];
}

/// <param name="Weight">How much they write, relative to the others; 0: a member who never does.</param>
/// <param name="JoinedAtUtc">When they came into the workspace.</param>
/// <param name="LeftAtUtc">The first instant after their time there; null: still in it.</param>
internal sealed record CastUser(
    string Id, string Name, string? Email, int Weight, DateTime JoinedAtUtc, DateTime? LeftAtUtc = null)
{
    public MemberRole Role { get; init; }

    public IReadOnlyList<string> SectionIds { get; init; } = [];

    /// <summary>Index of their language in <see cref="Cast.Languages"/>.</summary>
    public int Language { get; init; }
}

internal sealed record CastModel(
    string Id, string Name, string Provider, long MicroUsdPerMillionInput, long MicroUsdPerMillionOutput, bool OwnKeys);

/// <param name="Weight">How much it is used, relative to the others.</param>
/// <param name="PublishedAtUtc">Null: a draft, used by its creator alone.</param>
/// <param name="ArchivedAtUtc">From when it is no longer used.</param>
internal sealed record CastApp(
    string Id, string Name, string? Category, string CreatorId, int Weight, DateTime CreatedAtUtc,
    DateTime? PublishedAtUtc, DateTime? ArchivedAtUtc = null)
{
    public string? Description { get; init; }

    public int Model { get; init; }

    /// <summary>Starts with the answers to a form.</summary>
    public bool HasStarterForm { get; init; }
}
