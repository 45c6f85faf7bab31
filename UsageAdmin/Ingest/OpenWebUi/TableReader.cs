using Microsoft.Data.Sqlite;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Json;

namespace UsageAdmin.Ingest.OpenWebUi;

/// <summary>Goes through tables row by row and counts the rows, which stand for lines in the report.</summary>
internal sealed class TableReader(SourceDatabase database)
{
    /// <summary>Rows read so far, of all tables.</summary>
    public long Line { get; private set; }

    public long NextLine() => ++Line;

    /// <summary>
    /// What the rows of a table say, then remarks about it. A table that the database does not have says nothing; one that is
    /// damaged is refused from there on.
    /// </summary>
    /// <param name="read">Called for each row of its columns, in their order; the row is valid during the call.</param>
    public IEnumerable<ImportItem> Read(
        string table, string[] columns, Func<Statement, Remarks, IEnumerable<ImportItem>> read)
    {
        if (!database.Tables.Has(table))
        {
            yield break;
        }

        var remarks = new Remarks();
        var items = new List<ImportItem>();
        using var rows = database.Prepare($"SELECT {database.Tables.Columns(table, columns)} FROM \"{table}\"");
        while (Next(rows, table, read, remarks, items))
        {
            foreach (var item in items)
            {
                yield return item;
            }
        }

        foreach (var item in items.Concat(remarks.Of($"table {table}", Line)))
        {
            yield return item;
        }
    }

    /// <summary>Whether there was one more row; what it says is in the list.</summary>
    private bool Next(
        Statement rows, string table, Func<Statement, Remarks, IEnumerable<ImportItem>> read, Remarks remarks,
        List<ImportItem> items)
    {
        items.Clear();
        try
        {
            if (!rows.Step())
            {
                return false;
            }

            Line++;
            items.AddRange(read(rows, remarks));
            return true;
        }
        catch (SqliteException e)
        {
            items.Add(Refused("unreadable-table", table, $"table {table} cannot be read further than row {Line}: {e.Message}"));
            return false;
        }
        catch (Exception e) when (OpenWebUiJson.IsDamage(e))
        {
            items.Add(Refused("invalid-json", table, $"a row of table {table} cannot be read: {e.Message}"));
            return true;
        }
    }

    private ProblemItem Refused(string code, string table, string text) => new(Refused: true, code, table, text) { Line = Line };
}
