namespace UsageAdmin.Data.Sqlite;

internal sealed class SqliteDialect : SqlDialect
{
    public static readonly SqliteDialect Instance = new();

    public override string CaselessLike => "LIKE";

    public override string JoinInOrder => "CROSS JOIN";

    public override string Indexed(string table, string index) => $"{table} INDEXED BY {index}";

    /// <summary>A transaction that writes is alone.</summary>
    public override string UnlessTaken => "";

    /// <summary>SQLite knows the last id by itself. To return it is a trigger, for which it keeps a copy of each page first.</summary>
    public override string ReturningId => "";

    public override string IsOneOf(string column, string parameter) =>
        $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override string NumbersOf(string parameter) => $"SELECT value FROM json_each({parameter})";

    public override string Put(string table, IReadOnlyList<string> key, IReadOnlyList<string> others) =>
        $"INSERT OR REPLACE INTO {table} ({string.Join(", ", key.Concat(others))}) VALUES ({Values(key.Count + others.Count)})";
}
