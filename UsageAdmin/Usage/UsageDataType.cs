namespace UsageAdmin.Usage;

/// <summary>What a usage export has one row for.</summary>
public enum UsageDataType
{
    Users,
    Assistants,
    Workflows,
    Projects,
    Models,
}

/// <summary>Names of the data types in URLs, commands, file names and history.</summary>
public static class UsageDataTypes
{
    public static IReadOnlyList<UsageDataType> All { get; } = Enum.GetValues<UsageDataType>();

    public static string NameOf(UsageDataType type) => type switch
    {
        UsageDataType.Users => "users",
        UsageDataType.Assistants => "assistants",
        UsageDataType.Workflows => "workflows",
        UsageDataType.Projects => "projects",
        UsageDataType.Models => "models",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Null: there is no such type. <c>agents</c> is another name of <c>assistants</c>.</summary>
    public static UsageDataType? Find(string? name)
    {
        if (name == "agents")
        {
            return UsageDataType.Assistants;
        }

        foreach (var type in All)
        {
            if (NameOf(type) == name)
            {
                return type;
            }
        }

        return null;
    }
}
