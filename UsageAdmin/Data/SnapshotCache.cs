namespace UsageAdmin.Data;

/// <summary>
/// Keeps what was made of an organisation's data while that is as it was. What a snapshot holds is told by a version in it
/// (<see cref="DataVersion"/>), so nobody has to be told of a change, in whichever process it is made. What was not asked
/// for longest goes first.
/// </summary>
/// <param name="mostBytes">The sum of the sizes that are kept.</param>
internal sealed class SnapshotCache(long mostBytes, TimeProvider time) : IDisposable
{
    /// <summary>For how long something is kept that nobody asks for.</summary>
    internal static readonly TimeSpan Unused = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, Kept> _kept = [];
    private ITimer? _timer;
    private long _bytes;

    public void Dispose() => _timer?.Dispose();

    /// <summary>
    /// What is kept for the key if it was made of the same version and settings, else what is made now. Must never change.
    /// </summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="version">Of the organisation's data that it is made of, as the reader's snapshot has it.</param>
    /// <param name="settings">All else that the answer depends on.</param>
    /// <param name="size">About how many bytes it takes.</param>
    public T Get<T>(long organizationId, object key, long version, object? settings, Func<T> make, Func<T, long> size)
        where T : class
    {
        key = (organizationId, key);
        lock (_lock)
        {
            if (_kept.TryGetValue(key, out var kept) && kept.Version == version && Equals(kept.Settings, settings))
            {
                kept.UsedAt = time.GetTimestamp();
                return (T)kept.Value;
            }
        }

        var made = make();
        Keep(key, new Kept(organizationId, version, settings, made, size(made)) { UsedAt = time.GetTimestamp() });
        return made;
    }

    private void Keep(object key, Kept made)
    {
        lock (_lock)
        {
            // What is older will not be asked for again, but holds on to people of its time.
            Remove(kept => kept.OrganizationId == made.OrganizationId && kept.Version < made.Version);
            if (made.Bytes > mostBytes
                || _kept.Values.Any(kept => kept.OrganizationId == made.OrganizationId && kept.Version > made.Version))
            {
                return;
            }

            if (_kept.TryGetValue(key, out var before))
            {
                Remove(kept => kept == before);
            }

            while (_bytes + made.Bytes > mostBytes)
            {
                var oldest = _kept.Values.MinBy(kept => kept.UsedAt)!;
                Remove(kept => kept == oldest);
            }

            _kept.Add(key, made);
            _bytes += made.Bytes;
            _timer ??= time.CreateTimer(_ => RemoveUnused(), null, Unused / 10, Unused / 10);
        }
    }

    private void RemoveUnused()
    {
        lock (_lock)
        {
            Remove(kept => time.GetElapsedTime(kept.UsedAt) >= Unused);
        }
    }

    private void Remove(Predicate<Kept> isToGo)
    {
        foreach (var (key, kept) in _kept.Where(kept => isToGo(kept.Value)).ToList())
        {
            _kept.Remove(key);
            _bytes -= kept.Bytes;
        }
    }

    private sealed class Kept(long organizationId, long version, object? settings, object value, long bytes)
    {
        public long OrganizationId => organizationId;

        public long Version => version;

        public object? Settings => settings;

        public object Value => value;

        public long Bytes => bytes;

        /// <summary>A timestamp of the clock.</summary>
        public long UsedAt { get; set; }
    }
}
