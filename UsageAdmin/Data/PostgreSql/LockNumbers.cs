namespace UsageAdmin.Data.PostgreSql;

/// <summary>Numbers of advisory locks, which all programs of a database share: "UA", the kind, the id.</summary>
internal static class LockNumbers
{
    private const long Prefix = 0x5541L << 48;

    /// <summary>Whoever brings the schema up to date.</summary>
    public const long Migration = Prefix;

    public static long Of(WriteLock held) => Prefix | ((long)held.Kind << 40) | (held.Id & ((1L << 40) - 1));
}
