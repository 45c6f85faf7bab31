using System.CommandLine;
using System.CommandLine.Help;
using System.Reflection;
using UsageAdmin.Commands;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Architecture;

/// <summary>The README describes every setting and every command.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<string> Settings =>
    [
        global::UsageAdmin.Data.DataDirectory.Setting,
        .. from type in typeof(Program).Assembly.GetTypes()
        let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
        where section is not null
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        select section.Length == 0 ? property.Name : $"{section}:{property.Name}",
    ];

    public static TheoryData<string, string[]> Verbs
    {
        get
        {
            var verbs = new TheoryData<string, string[]>();
            foreach (var (path, command) in Leaves(CommandLine.Grammar(new CommandHost()), ""))
            {
                verbs.Add(
                    path,
                    [
                        .. command.Arguments.Select(a => a.Name),
                        .. command.Options.Where(o => o is not HelpOption).Select(o => o.Name),
                    ]);
            }

            return verbs;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_has_a_row(string key) =>
        Assert.Contains(Lines, line => line.StartsWith($"| `{key}` |", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_command_has_a_row_with_all_its_options(string path, string[] options)
    {
        var row = Lines.SingleOrDefault(line =>
            line.StartsWith($"| `UsageAdmin {path}".TrimEnd(), StringComparison.Ordinal)
            && (path.Length > 0 || line.StartsWith("| `UsageAdmin [", StringComparison.Ordinal)));

        Assert.True(row is not null, $"The README has no row \"| `UsageAdmin {path} …` |\".");
        Assert.All(options, option => Assert.Contains(option, row, StringComparison.Ordinal));
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path)
    {
        if (command.Action is not null)
        {
            yield return (path, command);
        }

        foreach (var leaf in command.Subcommands.SelectMany(c => Leaves(c, $"{path} {c.Name}".TrimStart())))
        {
            yield return leaf;
        }
    }
}
