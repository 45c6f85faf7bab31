namespace UsageAdmin.Exports;

/// <summary>How far an export has come. Whoever makes it sets it as often as it likes; history follows once a second.</summary>
public sealed class ExportProgress
{
    private const long Unknown = -1;

    private long _expected = Unknown;
    private long _done;

    /// <summary>Rows written so far.</summary>
    public long DoneRows
    {
        get => Volatile.Read(ref _done);
        set => Volatile.Write(ref _done, value);
    }

    /// <summary>Rows that it will have; null: nobody knows.</summary>
    public long? ExpectedRows
    {
        get => Volatile.Read(ref _expected) is >= 0 and var rows ? rows : null;
        set => Volatile.Write(ref _expected, value ?? Unknown);
    }
}
