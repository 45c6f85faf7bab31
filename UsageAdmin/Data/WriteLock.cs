namespace UsageAdmin.Data;

/// <summary>
/// What a transaction reads and then writes on the strength of, so that nobody else may between the two. Where several are
/// held, in the order of the methods here.
/// </summary>
public readonly record struct WriteLock
{
    private WriteLock(byte kind, long id) => (Kind, Id) = (kind, id);

    internal byte Kind { get; }

    internal long Id { get; }

    /// <summary>The usage data of an organisation: imports, undoing them, packing days. Users and models are shared by its workspaces.</summary>
    public static WriteLock Usage(long organizationId) => new(1, organizationId);

    /// <summary>The settings of an organisation and its workspaces.</summary>
    public static WriteLock Settings(long organizationId) => new(2, organizationId);

    /// <summary>The API keys of a workspace.</summary>
    public static WriteLock Keys(long workspaceId) => new(3, workspaceId);

    /// <summary>The exports of an organisation that wait for their turn.</summary>
    public static WriteLock Queue(long organizationId) => new(4, organizationId);

    /// <summary>An upload that is looked at or imported; see <see cref="UsageDatabase.TryClaim"/>.</summary>
    public static WriteLock Upload(long uploadId) => new(6, uploadId);

    /// <summary>Packing days of usage, of whatever organisation; see <see cref="UsageDatabase.TryClaim"/>.</summary>
    public static WriteLock Packing { get; } = new(8, 0);

    /// <summary>Loading the demo; see <see cref="UsageDatabase.TryClaim"/>.</summary>
    public static WriteLock Demo { get; } = new(7, 0);

    /// <summary>The end of an organisation's audit log.</summary>
    public static WriteLock Audit(long organizationId) => new(5, organizationId);
}
