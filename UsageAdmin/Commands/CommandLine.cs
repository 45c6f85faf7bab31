using System.CommandLine;
using System.CommandLine.Help;
using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Accounts.Keys;
using UsageAdmin.Data;
using UsageAdmin.Ingest;
using UsageAdmin.Organizations;

namespace UsageAdmin.Commands;

/// <summary>Parses the arguments, runs what they name, and turns failures into one line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>How long a command may take to tidy up after Ctrl+C.</summary>
    private static readonly TimeSpan TidyUp = TimeSpan.FromSeconds(10);

    public static string Version { get; } = typeof(CommandLine).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The whole grammar; its default action serves.</summary>
    public static RootCommand Grammar(CommandHost host)
    {
        var root = new RootCommand("UsageAdmin: the admin console for an organisation's use of AI assistants.");
        root.Options.Remove(root.Options.OfType<VersionOption>().Single());
        var version = new Option<bool>("--version") { Description = "Print the version." };
        root.Add(version);
        ServeCommand.AddTo(root, host, version);
        foreach (var verb in Program.Verbs(host))
        {
            root.Add(verb);
        }

        return root;
    }

    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        try
        {
            var host = new CommandHost();
            (host.Settings, var others) = SettingArguments.Split(arguments);

            // A value that starts with @ is a value, not a file of arguments.
            var parsed = Grammar(host).Parse(others, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            {
                throw new CommandException(
                    $"{parsed.Errors[0].Message} See --help.", ExitCode.WrongUse);
            }

            var serves = parsed.CommandResult.Command is RootCommand;
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,

                    // The server listens to signals itself.
                    ProcessTerminationTimeout = serves ? null : TidyUp,
                },
                cancellationToken);
        }
        catch (Exception e) when (Explain(e) is { } explanation)
        {
            await error.WriteLineAsync($"UsageAdmin: {explanation.Line.ReplaceLineEndings(" ")}");
            return explanation.ExitCode;
        }
    }

    /// <summary>The line for failures that have their cause outside the program; null for its own.</summary>
    private static (string Line, int ExitCode)? Explain(Exception exception) => exception switch
    {
        CommandException e => (e.Message, e.ExitCode),
        SettingException e => (e.Message, ExitCode.WrongUse),
        OptionsValidationException e => (string.Join("; ", e.Failures), ExitCode.WrongUse),
        AggregateException e when e.InnerExceptions.All(i => i is OptionsValidationException) =>
            (string.Join("; ", e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(i => i.Failures)),
                ExitCode.WrongUse),

        // The binder: "Failed to convert configuration value 'x' at 'Key' to type …".
        InvalidOperationException { InnerException: FormatException or ArgumentException or InvalidCastException } e
            when e.Message.Contains("configuration value", StringComparison.Ordinal) => (e.Message, ExitCode.WrongUse),
        // The logging filters: "Configuration value 'x' is not supported."
        InvalidOperationException e when e.Message.StartsWith("Configuration value '", StringComparison.Ordinal) =>
            ($"Logging:LogLevel: {e.Message}", ExitCode.WrongUse),
        InvalidDataException { InnerException: { } inner } e =>
            ($"{e.Message} {(inner.InnerException ?? inner).Message}", ExitCode.WrongUse),
        InvalidOrganizationException or InvalidAccountException or InvalidKeyException or ImportTargetException
            or UndoRefusedException => (exception.Message, ExitCode.Failed),
        InvalidHeaderException => (exception.Message, ExitCode.WrongUse),
        IOException or UnauthorizedAccessException or DbException => (exception.Message, ExitCode.Failed),
        OperationCanceledException => ("stopped before it was done.", ExitCode.Failed),
        _ => null,
    };
}
