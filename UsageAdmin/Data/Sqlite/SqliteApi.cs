using System.Runtime.InteropServices;

namespace UsageAdmin.Data.Sqlite;

/// <summary>
/// The calls that are made for each value of each row. By SQLitePCLRaw, whose handles are counted up and down at each call,
/// they take several times as long. Those marked so return at once, and the garbage collector is not told of them.
/// </summary>
internal static unsafe partial class SqliteApi
{
    private const string Library = "e_sqlite3";

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_parameter_count"), SuppressGCTransition]
    public static partial int ParameterCount(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindNumber(nint statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int parameter);

    /// <param name="destructor">What SQLite does with the text afterwards; see <see cref="Copied"/>.</param>
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    public static partial int BindText(nint statement, int parameter, byte* text, int bytes, nint destructor);

    /// <summary>The same of a text that SQLite makes no copy of.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text"), SuppressGCTransition]
    public static partial int BindTextInPlace(nint statement, int parameter, byte* text, int bytes, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long Number(nint statement, int column);

    /// <summary>Of a text or a blob; null where it is empty.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    public static partial byte* Bytes(nint statement, int column);

    /// <summary>How many <see cref="Bytes"/> are, which are asked for first.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    public static partial int ByteCount(nint statement, int column);

    /// <summary>SQLite makes a copy of what is bound, before it returns (SQLITE_TRANSIENT).</summary>
    public static nint Copied => -1;

    /// <summary>What is bound stays where it is until the statement has run (SQLITE_STATIC).</summary>
    public static nint InPlace => 0;
}
