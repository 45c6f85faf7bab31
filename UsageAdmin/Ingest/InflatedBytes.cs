namespace UsageAdmin.Ingest;

/// <summary>What may still be inflated of one ZIP, over all its entries.</summary>
internal sealed class InflateBudget(long bytes)
{
    private long _left = bytes;

    public bool IsSpent => _left < 0;

    public void Take(int bytes) => _left -= bytes;
}

/// <summary>A ZIP entry whose inflated bytes are counted; the sizes that the ZIP states are not believed.</summary>
internal sealed class InflatedBytes(Stream inner, long maxBytes, InflateBudget budget) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <exception cref="InvalidDataException">One of the limits is reached, or the entry is damaged.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int bytes)
    {
        _read += bytes;
        budget.Take(bytes);
        if (_read > maxBytes)
        {
            throw new InvalidDataException($"it inflates to more than {maxBytes} bytes");
        }

        if (budget.IsSpent)
        {
            throw new InvalidDataException("the files of the ZIP inflate to more bytes together than is allowed");
        }

        return bytes;
    }
}
