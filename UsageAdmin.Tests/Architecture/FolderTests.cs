using System.Text.RegularExpressions;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Architecture;

/// <summary>Data flows one way: a folder uses those on a lower level, and features do not use each other.</summary>
public sealed partial class FolderTests
{
    /// <summary>Lower first. Folders of one set may use each other only where they are the bottom.</summary>
    private static readonly string[][] Levels =
    [
        ["Data", "Organizations", "Accounts", "Components.Shared"],
        ["Exports", "Ingest"],
        ["Activity", "Analytics", "Audit", "Usage"],
        ["Commands", "Components", "Server"],
    ];

    [Fact]
    public void No_folder_uses_one_above_it_or_beside_it()
    {
        var wrong =
            from file in Sources()
            let user = FolderOf(file.Namespace)
            from used in file.Uses.Where(name => !NamesLayout(file.Name, name)).Select(FolderOf)
            where used is not null && user is not null && used != user && !MayUse(user, used)
            select $"{file.Name}: {user} uses {used}";

        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Every_folder_has_its_level()
    {
        var known = Levels.SelectMany(level => level).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Sources().Select(s => FolderOf(s.Namespace)).Where(f => f is not null && !known.Contains(f)).Distinct());
    }

    [Fact]
    public void Shared_components_inject_nothing_but_texts()
    {
        var injecting = Sources().Where(s => FolderOf(s.Namespace) == "Components.Shared")
            .Where(s => InjectLines().Matches(s.Text).Any(m => !m.Value.Contains("IStringLocalizer", StringComparison.Ordinal)));

        Assert.Empty(injecting.Select(s => s.Name));
    }

    [Fact]
    public void No_data_is_rendered_as_markup()
    {
        Assert.Empty(Sources().Where(s => s.Text.Contains("MarkupString", StringComparison.Ordinal)).Select(s => s.Name));
    }

    /// <summary>The pages of a folder say which layout they stand in.</summary>
    private static bool NamesLayout(string file, string used) =>
        Path.GetFileName(file) == "_Imports.razor" && used == "UsageAdmin.Components.Layout";

    private static bool MayUse(string user, string used)
    {
        var (from, to) = (LevelOf(user), LevelOf(used));
        return to < from || (from == 0 && to == 0) || from == Levels.Length - 1;
    }

    private static int LevelOf(string folder) => Array.FindIndex(Levels, level => level.Contains(folder));

    private static string? FolderOf(string name)
    {
        var parts = name.Split('.');
        if (parts[0] != "UsageAdmin" || parts.Length < 2)
        {
            return null;
        }

        return parts is [_, "Components", "Shared", ..] ? "Components.Shared" : parts[1];
    }

    private static IEnumerable<(string Name, string Namespace, string[] Uses, string Text)> Sources()
    {
        var root = Path.Combine(Repository.Root, "UsageAdmin");
        foreach (var path in Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
            .Where(p => p.EndsWith(".cs", StringComparison.Ordinal) || p.EndsWith(".razor", StringComparison.Ordinal)))
        {
            var name = Path.GetRelativePath(root, path);
            var folder = Path.GetDirectoryName(name)!.Replace(Path.DirectorySeparatorChar, '.');
            if (folder is "" || folder.StartsWith("obj", StringComparison.Ordinal) || folder.StartsWith("bin", StringComparison.Ordinal))
            {
                continue;
            }

            var text = File.ReadAllText(path);
            yield return (
                name, $"UsageAdmin.{folder}", [.. UsingLines().Matches(text).Select(m => m.Groups["name"].Value)], text);
        }
    }

    [GeneratedRegex(@"^\s*@?using (static )?(?<name>UsageAdmin\.[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex UsingLines();

    [GeneratedRegex(@"^@inject .*$", RegexOptions.Multiline)]
    private static partial Regex InjectLines();
}
