using System.Buffers;
using System.Text.Json;

namespace UsageAdmin.Ingest.ActivityFile;

/// <summary>
/// Goes through a large JSON file token by token and hands out whole values. Memory holds the one value that is looked at.
/// </summary>
internal sealed class ActivityFileBuffer(Stream stream) : IDisposable
{
    /// <summary>Bytes that one conversation may have.</summary>
    private const int Largest = 1 << 29;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
    private int _start;
    private int _end;
    private bool _isAtEnd;
    private JsonReaderState _state;

    /// <summary>Bytes of the file before the next token.</summary>
    public long Offset { get; private set; }

    /// <summary>The kind of the token read last.</summary>
    public JsonTokenType Kind { get; private set; }

    /// <summary>The token or value read last: a name without its quotes, or a whole value as it stands in the file.</summary>
    public ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>Reads the next token; false at the end of the file's JSON.</summary>
    /// <exception cref="JsonException">The file is no JSON from here on.</exception>
    /// <exception cref="UnreadableFileException">The file ends too early.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => ReadAsync(isWhole: false, cancellationToken);

    /// <summary>Reads the next token and, where it starts an object or array, all of that.</summary>
    public ValueTask<bool> ReadWholeAsync(CancellationToken cancellationToken) => ReadAsync(isWhole: true, cancellationToken);

    private async ValueTask<bool> ReadAsync(bool isWhole, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (TryRead(isWhole))
            {
                case true:
                    return true;
                case false:
                    return false;
                default:
                    await FillAsync(cancellationToken);
                    break;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    /// <summary>True: read; false: the JSON has ended; null: more bytes are needed.</summary>
    private bool? TryRead(bool isWhole)
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isAtEnd, _state);
        if (!reader.Read())
        {
            return _isAtEnd ? false : null;
        }

        var first = (int)reader.TokenStartIndex;
        if (isWhole && !reader.TrySkip())
        {
            return null;
        }

        Kind = reader.TokenType;
        Value = reader.TokenType == JsonTokenType.PropertyName
            ? _buffer.AsMemory(_start + first + 1, reader.ValueSpan.Length)
            : _buffer.AsMemory(_start + first, (int)reader.BytesConsumed - first);
        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
        Offset += reader.BytesConsumed;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            if (_end >= Largest)
            {
                throw new UnreadableFileException($"A conversation at byte {Offset} is larger than {Largest >> 20} MiB.");
            }

            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _isAtEnd = read == 0;
    }
}
