using System.Buffers;

namespace UsageAdmin.Ingest.Json;

/// <summary>How the reading of the next element ended.</summary>
internal enum ElementOutcome
{
    /// <summary><see cref="JsonArrayElements.Current"/> holds the element's bytes, whitespace around it included.</summary>
    Element,

    /// <summary>It is longer than the limit and was skipped; the next one can be read.</summary>
    TooLong,

    /// <summary>The file ends before the array does; what there was of an element is lost.</summary>
    Truncated,

    /// <summary>Something stands behind the array.</summary>
    Trailing,

    /// <summary>The array is closed and read.</summary>
    End,

    /// <summary>The file starts with something else; there is nothing to read.</summary>
    NoArray,
}

/// <summary>
/// Cuts one giant JSON array into its elements by strings and brackets alone, so that memory holds one element and a
/// broken one does not take the others with it. A file that is one object counts as an array of it.
/// </summary>
/// <param name="isSequence">
/// Objects may also follow one another without an array. Where the first one stands in a line of its own, each line is one,
/// whatever is broken in it. None at all is an empty file.
/// </param>
internal sealed class JsonArrayElements(Stream stream, int maxElementBytes, bool isSequence = false)
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[],\n"u8);
    private static readonly SearchValues<byte> StringMarks = SearchValues.Create("\"\\\n"u8);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> _element = new(64 * 1024);
    private int _start;
    private int _end;
    private long _offset;
    private bool _isOpen;
    private bool _isArray;
    private bool _isClosed;
    private bool _hasRead;
    private Layout? _layout;

    /// <summary>Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Current => _element.WrittenMemory;

    /// <summary>1-based number of the current element.</summary>
    public long Number { get; private set; }

    /// <summary>Where the current element starts, in bytes from the start of the file.</summary>
    public long StartOffset { get; private set; }

    /// <summary>How far the file was read, in bytes.</summary>
    public long Offset => _offset + _start;

    /// <exception cref="IOException">The stream failed.</exception>
    /// <exception cref="InvalidDataException">The stream is no valid ZIP entry, or inflates beyond a limit.</exception>
    public async ValueTask<ElementOutcome> NextAsync(CancellationToken cancellationToken)
    {
        _element.ResetWrittenCount();
        if (!_isOpen && !await OpenAsync(cancellationToken))
        {
            return isSequence && _start == _end ? ElementOutcome.End : ElementOutcome.NoArray;
        }

        var hasBytes = await SkipSpaceAsync(cancellationToken);
        if (_isClosed || (!_isArray && _hasRead && !(isSequence && hasBytes)))
        {
            return hasBytes ? ElementOutcome.Trailing : ElementOutcome.End;
        }

        StartOffset = Offset;
        if (hasBytes && !_hasRead && _buffer[_start] == ']')
        {
            _start++;
            _isClosed = true;
            return await NextAsync(cancellationToken);
        }

        Number++;
        _hasRead = true;
        return await ReadElementAsync(cancellationToken);
    }

    /// <summary>Moves to what the file is: an array's first element, or an object.</summary>
    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        _isOpen = true;
        if (!await FillAsync(cancellationToken))
        {
            return false;
        }

        _start = _buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8) ? 3 : 0;
        if (!await SkipSpaceAsync(cancellationToken))
        {
            return false;
        }

        _isArray = _buffer[_start] == '[';
        _start += _isArray ? 1 : 0;
        return _isArray || _buffer[_start] == '{';
    }

    private async ValueTask<ElementOutcome> ReadElementAsync(CancellationToken cancellationToken)
    {
        var scan = new Scan(_layout ??= _isArray ? Layout.Array : isSequence ? Layout.Sequence : Layout.One);
        var isTooLong = false;
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var length = scan.Take(_buffer.AsSpan(_start, _end - _start));
            isTooLong |= _element.WrittenCount + length > maxElementBytes;
            if (!isTooLong)
            {
                _element.Write(_buffer.AsSpan(_start, length));
            }

            _start += length;
            if (scan.IsComplete)
            {
                if (_isArray)
                {
                    _isClosed = _buffer[_start] == ']';
                    _start++;
                }

                _layout = scan.IsLine ? Layout.Lines : _layout;

                return isTooLong ? ElementOutcome.TooLong : ElementOutcome.Element;
            }
        }

        return isTooLong ? ElementOutcome.TooLong : ElementOutcome.Truncated;
    }

    private async ValueTask<bool> SkipSpaceAsync(CancellationToken cancellationToken)
    {
        while (_start < _end || await FillAsync(cancellationToken))
        {
            var space = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept(" \t\r\n"u8);
            if (space >= 0)
            {
                _start += space;
                return true;
            }

            _start = _end;
        }

        return false;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _offset += _end;
        _start = 0;
        _end = 0;
        _end = await stream.ReadAtLeastAsync(_buffer, 3, throwOnEndOfStream: false, cancellationToken);
        return _end > 0;
    }

    private enum Layout
    {
        One,
        Array,
        Sequence,
        Lines,
    }

    /// <summary>Where in an element's text the scan stands.</summary>
    private struct Scan(Layout layout)
    {
        private int _depth;
        private bool _inString;
        private bool _isEscaped;
        private bool _hasLineFeed;

        public bool IsComplete { get; private set; }

        /// <summary>Whether it is a whole object without a line feed, in a file that may hold several.</summary>
        public readonly bool IsLine => layout == Layout.Sequence && IsComplete && !_hasLineFeed;

        /// <returns>How many of the bytes belong to the element; fewer than all only if it is complete.</returns>
        public int Take(ReadOnlySpan<byte> bytes)
        {
            var position = 0;
            while (position < bytes.Length)
            {
                if (_isEscaped)
                {
                    _isEscaped = false;
                    position++;
                    continue;
                }

                var next = bytes[position..].IndexOfAny(_inString ? StringMarks : Marks);
                if (next < 0)
                {
                    return bytes.Length;
                }

                position += next;
                var mark = bytes[position];
                if (layout == Layout.Array && _depth == 0 && (mark is (byte)',' or (byte)']'))
                {
                    IsComplete = true;
                    return position;
                }

                position++;
                if (IsEnd(mark))
                {
                    IsComplete = true;
                    return position;
                }
            }

            return position;
        }

        private bool IsEnd(byte mark)
        {
            if (mark == '\n')
            {
                // No string holds a line feed, so it is broken; a line outside of all brackets is no object.
                _hasLineFeed = true;
                return layout == Layout.Lines || (layout == Layout.Sequence && (_inString || _depth == 0));
            }

            Step(mark);
            return layout != Layout.Array && _depth == 0 && mark == '}';
        }

        private void Step(byte mark)
        {
            switch (mark)
            {
                case (byte)'\\':
                    _isEscaped = true;
                    break;
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                case (byte)'}' or (byte)']' when _depth > 0:
                    _depth--;
                    break;
            }
        }
    }
}
