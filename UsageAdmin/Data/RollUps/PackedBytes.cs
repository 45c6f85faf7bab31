using System.Buffers;

namespace UsageAdmin.Data.RollUps;

/// <summary>Bytes that are added one after the other. Their memory is borrowed, and given back when this is disposed of.</summary>
internal sealed class PackedBytes : IDisposable
{
    private byte[] _bytes = [];

    public int Count { get; private set; }

    /// <returns>Where they begin.</returns>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        var start = Count;
        if (_bytes.Length - start < bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(start + bytes.Length, _bytes.Length * 2));
            _bytes.AsSpan(0, start).CopyTo(larger);
            Dispose();
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(start));
        Count = start + bytes.Length;
        return start;
    }

    public ReadOnlySpan<byte> From(int start) => _bytes.AsSpan(start, Count - start);

    public void Clear() => Count = 0;

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, Count) = ([], 0);
    }
}
