using System.Text.RegularExpressions;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Architecture;

/// <summary>
/// Rows of large tables could lie on several servers, those of one workspace on one of them: what reads or joins them says
/// which workspace it is about.
/// </summary>
public sealed partial class DistributableSqlTests
{
    /// <summary>Looks for the one workspace that its caller then works on.</summary>
    private const string Across = "SELECT workspace_id FROM usage_day WHERE is_packed = 0";

    /// <summary>Both of its callers say which workspaces.</summary>
    private const string Named = "FROM external_key WHERE {where}";

    /// <summary>At the end of an import or an undo, of one workspace: what the file no longer names, how far the data reaches.</summary>
    private static readonly string[] Mixed = ["JOIN {table} t ON t.id = k.entity_id", "UPDATE source SET data_until"];

    private static readonly string Large = $"({string.Join('|', DistributedTables.Names)})";

    private static readonly Regex Joins = new(@$"\bJOIN {Large}\b.*?(?=\bJOIN\b|\bWHERE\b|\bGROUP BY\b|\bORDER BY\b|$)");

    private static readonly Regex Uses = new(@$"\b(FROM|UPDATE|INTO|JOIN) (\{{sql\.Indexed\("")?{Large}\b");

    [Fact]
    public void Every_join_of_a_large_table_has_the_workspace()
    {
        var joins = Statements().SelectMany(s => Joins.Matches(s.Sql).Select(m => (s.File, Sql: m.Value))).ToList();

        Assert.NotEmpty(joins);
        Assert.All(joins, join => Assert.Contains("workspace_id", join.Sql, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_statement_on_a_large_table_has_the_workspace()
    {
        var statements = Statements().Where(s => Uses.IsMatch(s.Sql)
            && !s.Sql.Contains(Across, StringComparison.Ordinal) && !s.Sql.Contains(Named, StringComparison.Ordinal)).ToList();

        Assert.True(statements.Count > 40);
        Assert.All(statements, statement => Assert.Contains("workspace_id", statement.Sql, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_large_table_of_a_statement_has_its_own_workspace()
    {
        var several = Statements().Where(s => Uses.Count(s.Sql) > 1).ToList();

        Assert.NotEmpty(several);
        Assert.All(several, s => Assert.True(Regex.Count(s.Sql, "workspace_id") >= Uses.Count(s.Sql), s.Sql));
    }

    /// <summary>What lies on another server than the large tables is asked for by a statement of its own.</summary>
    [Fact]
    public void No_statement_mixes_large_tables_with_others()
    {
        var mixed = Statements().Where(s => Uses.IsMatch(s.Sql) && Tables().Count(s.Sql) > Uses.Count(s.Sql)).ToList();

        Assert.Equal(Mixed.Length, mixed.Count);
        Assert.All(mixed, s => Assert.Contains(Mixed, known => s.Sql.Contains(known, StringComparison.Ordinal)));
    }

    /// <summary>String literals with SQL, and those that are put together with <c>+</c> as one.</summary>
    private static IEnumerable<(string File, string Sql)> Statements() =>
        from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "UsageAdmin"), "*.cs", SearchOption.AllDirectories)
        where !Foreign().IsMatch(path)
        from literal in Literals().Matches(File.ReadAllText(path))
        let sql = Spaces().Replace(literal.Value, " ")
        where Verbs().IsMatch(sql)
        select (Path.GetFileName(path), sql);

    /// <summary>What is built, migrated or read of other programs' databases.</summary>
    [GeneratedRegex("/(obj|bin|Migrations|OpenWebUi|Data/Sqlite|Data/PostgreSql)/")]
    private static partial Regex Foreign();

    [GeneratedRegex("\"\"\".*?\"\"\"|\"(?:[^\"\\\n]|\\.)*\"(?:\\s*\\+\\s*\\$?\"(?:[^\"\\\n]|\\.)*\")*", RegexOptions.Singleline)]
    private static partial Regex Literals();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(SELECT|UPDATE|DELETE FROM|INSERT INTO)\b")]
    private static partial Regex Verbs();

    [GeneratedRegex(@"(?<!DISTINCT )\b(FROM|UPDATE|INTO|JOIN) (\{sql\.Indexed\("")?([a-z_]+|\{[a-z]+\})")]
    private static partial Regex Tables();
}
