namespace UsageAdmin.Data.PostgreSql;

internal sealed class PostgreSqlDialect : SqlDialect
{
    public static readonly PostgreSqlDialect Instance = new();

    /// <summary>Columns sort by bytes (<c>COLLATE "C"</c>), where only ASCII has cases.</summary>
    public override string CaselessLike => "ILIKE";

    public override string JoinInOrder => "JOIN";

    public override string Indexed(string table, string index) => table;

    public override string UnlessTaken => "FOR UPDATE SKIP LOCKED";

    public override string ReturningId => " RETURNING id";

    /// <summary>As an array: an index is searched for each, also where the server has not yet counted what the table has.</summary>
    public override string IsOneOf(string column, string parameter) =>
        $"{column} = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST({parameter} AS jsonb))))";

    public override string NumbersOf(string parameter) =>
        $"SELECT CAST(jsonb_array_elements_text(CAST({parameter} AS jsonb)) AS bigint)";

    public override string Put(string table, IReadOnlyList<string> key, IReadOnlyList<string> others)
    {
        var set = string.Join(", ", others.Select(column => $"{column} = excluded.{column}"));
        return $"INSERT INTO {table} ({string.Join(", ", key.Concat(others))}) VALUES ({Values(key.Count + others.Count)}) " +
            $"ON CONFLICT ({string.Join(", ", key)}) DO {(others.Count == 0 ? "NOTHING" : $"UPDATE SET {set}")}";
    }
}
