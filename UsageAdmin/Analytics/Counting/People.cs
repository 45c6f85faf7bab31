using UsageAdmin.Organizations;

namespace UsageAdmin.Analytics.Counting;

/// <summary>
/// How people are shown: with name and address, or as pseudonyms where user-level data is off. Threads may share it: an id
/// comes out the same, whoever makes it.
/// </summary>
internal sealed class People(Facts facts, Pseudonyms pseudonyms)
{
    /// <summary>The id of the row that stands for what nobody is named for, with user-level data and without.</summary>
    public const string Unknown = "unknown";

    private readonly string?[] _ids = new string?[facts.Creators];

    public Facts Facts => facts;

    public bool IsIdentified => facts.Scope.IsIdentified;

    /// <param name="user">A place.</param>
    public string Id(int user) =>
        user == facts.UnknownUser ? Unknown : _ids[user] ??= Make(facts.Users[user].PublicId);

    public string? Name(int user, long end) =>
        IsIdentified && user < facts.Users.Length ? facts.Members.NameOf(facts.Users[user], end) : null;

    public string? Email(int user, long end) =>
        IsIdentified && user < facts.Users.Length ? facts.Members.EmailOf(facts.Users[user], end) : null;

    /// <summary>What a search for the person may find.</summary>
    public string?[] SearchTexts(int user, long end) => [Name(user, end), Email(user, end), Id(user)];

    private string Make(string publicId) => IsIdentified ? publicId : pseudonyms.Of(facts.Scope.Organization, publicId);
}
