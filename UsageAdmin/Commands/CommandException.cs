namespace UsageAdmin.Commands;

/// <summary>A command cannot do what it was asked for. The message is one line that says why and what would be right.</summary>
public sealed class CommandException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
