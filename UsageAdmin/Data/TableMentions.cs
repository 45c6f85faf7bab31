using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace UsageAdmin.Data;

/// <summary>Which tables statements name, so that new rows wait only for those that may see them.</summary>
internal sealed class TableMentions
{
    private readonly Dictionary<(string Sql, string Table), bool> _known = [];

    /// <summary>Whether the text names the table, or a column of that name.</summary>
    public bool Has(string sql, string table)
    {
        ref var mentions = ref CollectionsMarshal.GetValueRefOrAddDefault(_known, (sql, table), out var isKnown);
        if (!isKnown)
        {
            mentions = Regex.IsMatch(sql, $@"\b{table}\b");
        }

        return mentions;
    }
}
