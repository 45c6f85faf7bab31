using System.Buffers;
using System.Text;

namespace UsageAdmin.Ingest.Csv;

/// <summary>
/// Splits CSV into records of fields (RFC 4180), quotes and line breaks inside quotes included. Memory holds one record, and
/// of that only the fields that are wanted.
/// </summary>
/// <param name="maxRecordChars">What the wanted fields of a record may take together.</param>
internal sealed class CsvRecords(TextReader text, int maxRecordChars)
{
    private static readonly SearchValues<char> Ends = SearchValues.Create(",\r\n");

    private readonly char[] _buffer = new char[64 * 1024];
    private readonly StringBuilder _field = new();
    private int _start;
    private int _end;
    private long _chars;
    private long _nextLine = 1;

    /// <summary>The fields of the current record; those that are not wanted are empty.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>1-based line that the current record starts in.</summary>
    public long Line { get; private set; }

    /// <summary>By number; fields beyond its length are not wanted. Null: all are.</summary>
    public IReadOnlyList<bool>? Wanted { get; set; }

    /// <summary>Whether the wanted fields are longer together than is allowed; what is too much is lost.</summary>
    public bool IsTooLong => _chars > maxRecordChars;

    /// <summary>Whether the text ends inside the quotes of the current record.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Moves to the next record; empty lines are passed over.</summary>
    /// <returns>False: there is none.</returns>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    public bool Next()
    {
        do
        {
            Fields.Clear();
            _field.Clear();
            _chars = 0;
            Line = _nextLine;
            if (Peek() is null)
            {
                return false;
            }

            ReadRecord();
        }
        while (Fields is [""] && _chars == 0 && !IsCutOff);

        return true;
    }

    private void ReadRecord()
    {
        var isStart = true;
        while (Peek() is { } next)
        {
            if (next == '"' && isStart)
            {
                _start++;
                ReadQuoted();
                isStart = false;
                continue;
            }

            var rest = _buffer.AsSpan(_start, _end - _start);
            var end = rest.IndexOfAny(Ends);
            Append(end < 0 ? rest : rest[..end]);
            _start += end < 0 ? rest.Length : end;
            isStart &= end == 0;
            if (end < 0)
            {
                continue;
            }

            _start++;
            EndField();
            isStart = true;
            if (rest[end] != ',')
            {
                _nextLine += rest[end] == '\n' ? 1 : 0;
                return;
            }
        }

        EndField();
    }

    private void ReadQuoted()
    {
        while (Peek() is not null)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var quote = rest.IndexOf('"');
            var inside = quote < 0 ? rest : rest[..quote];
            _nextLine += inside.Count('\n');
            Append(inside);
            _start += inside.Length;
            if (quote < 0)
            {
                continue;
            }

            _start++;
            if (Peek() != '"')
            {
                return;
            }

            Append("\"");
            _start++;
        }

        IsCutOff = true;
    }

    private void Append(ReadOnlySpan<char> part)
    {
        if (Wanted is not null && (Fields.Count >= Wanted.Count || !Wanted[Fields.Count]))
        {
            return;
        }

        _chars += part.Length;
        if (!IsTooLong)
        {
            _field.Append(part);
        }
    }

    private void EndField()
    {
        Fields.Add(_field.ToString());
        _field.Clear();
    }

    private char? Peek()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = text.Read(_buffer, 0, _buffer.Length);
        }

        return _end == 0 ? null : _buffer[_start];
    }
}
