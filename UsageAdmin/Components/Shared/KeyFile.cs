namespace UsageAdmin.Components.Shared;

/// <summary>
/// How command lines that are shown to be copied get an API key: from a file of a header, because everybody on the machine
/// can read what stands on a command line.
/// </summary>
internal static class KeyFile
{
    /// <summary>An option of curl.</summary>
    public const string Option = "-H @$HOME/.usageadmin-key";

    /// <summary>Makes the file, readable by its owner alone; asks for the key, so that it is in no history of commands. For bash and zsh.</summary>
    public const string Make =
        "(umask 077; printf 'Key: '; read -rs KEY; printf 'Authorization: Bearer %s\\n' \"$KEY\" > ~/.usageadmin-key)";
}
