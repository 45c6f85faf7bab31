namespace UsageAdmin.Commands;

/// <summary>
/// Tells settings from options: <c>--DataDirectory x</c> and <c>--Database:Provider=x</c> start with a capital letter or
/// have a colon, options such as <c>--workspace</c> are lower case.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Splits the arguments into settings, as <c>--Key=value</c>, and the rest in its order.</summary>
    /// <exception cref="CommandException">A setting has no value.</exception>
    public static (IReadOnlyList<string> Settings, IReadOnlyList<string> Others) Split(IReadOnlyList<string> arguments)
    {
        var settings = new List<string>();
        var others = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!IsSetting(argument))
            {
                others.Add(argument);
            }
            else if (argument.Contains('=', StringComparison.Ordinal))
            {
                settings.Add(argument);
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.Add($"{argument}={arguments[++i]}");
            }
            else
            {
                throw new CommandException($"{argument[2..]}: the value is missing.", ExitCode.WrongUse);
            }
        }

        return (settings, others);
    }

    private static bool IsSetting(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length < 3)
        {
            return false;
        }

        var key = argument[2..].Split('=', 2)[0];
        return char.IsAsciiLetterUpper(key[..1].FirstOrDefault()) || key.Contains(':', StringComparison.Ordinal);
    }
}
