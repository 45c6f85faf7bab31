namespace UsageAdmin.Commands;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>It was tried and failed, or only part of it was done and <c>--strict</c> forbids that.</summary>
    public const int Failed = 1;

    /// <summary>The call itself is wrong: unknown options, a wrong setting, a file of another format.</summary>
    public const int WrongUse = 2;
}
