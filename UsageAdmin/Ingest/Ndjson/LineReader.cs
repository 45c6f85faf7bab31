using System.Buffers;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>Lines of a stream, with LF or CRLF, out of one pooled buffer.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>Bytes that a line may have; a longer one is passed over.</summary>
    public const int Limit = 8 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
    private int _start;
    private int _scanned;
    private int _end;
    private bool _isAtEnd;
    private bool _isPassingOver;

    /// <summary>The number of the line read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether the line read last was too long, and so is empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Bytes that came from the stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next line that is in memory, valid until <see cref="FillAsync"/>; false: more has to be read.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = default;
        var next = _buffer.AsSpan(_scanned.._end).IndexOf((byte)'\n');
        if (next < 0)
        {
            if (_end - _start > Limit)
            {
                _isPassingOver = true;
                _start = _end;
            }

            _scanned = _end;
            if (!_isAtEnd || (_start == _end && !_isPassingOver))
            {
                return false;
            }

            next = 0;
        }

        var end = _scanned + next;
        var length = end - _start;
        Line++;
        IsTooLong = _isPassingOver || length > Limit;
        line = IsTooLong ? default : _buffer.AsSpan(_start, length);
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        _isPassingOver = false;
        _start = Math.Min(end + 1, _end);
        _scanned = _start;
        return true;
    }

    /// <summary>Reads on; false once the stream's end has been seen, and the last line could be read.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_isAtEnd)
        {
            return false;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _scanned -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        BytesRead += read;
        _isAtEnd = read == 0;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _scanned = _end = 0;
    }
}
