using System.Text;
using System.Text.Json;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>One line's object while its fields are read; every mistake names the field.</summary>
internal ref struct Record
{
    private const int IdBytes = 200;

    /// <summary>Beyond this, numbers of tokens or dollars are mistakes, and sums could overflow.</summary>
    private const long LargestNumber = 1_000_000_000_000;

    private readonly RepeatedTexts? _repeated;
    private Utf8JsonReader _reader;
    private ReadOnlySpan<byte> _name;

    /// <exception cref="RefusedRecordException">The line holds no JSON object.</exception>
    /// <param name="repeated">Where strings come from that other lines have too; null: each is made anew.</param>
    public Record(ReadOnlySpan<byte> line, RepeatedTexts? repeated = null)
    {
        _repeated = repeated;
        _reader = new Utf8JsonReader(line);
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            throw new RefusedRecordException("invalid-json", fieldName: null, "The line is not a JSON object.");
        }
    }

    /// <summary>Whether a character of the record had to be replaced, and in which field.</summary>
    public string? ReplacedIn { get; private set; }

    public readonly string Name => Encoding.UTF8.GetString(_name);

    public readonly bool IsNull => _reader.TokenType == JsonTokenType.Null;

    /// <summary>Goes on to the next field of this object; false behind the last.</summary>
    public bool Next()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        var isReplaced = false;
        _name = _reader.ValueIsEscaped ? StorableText.Utf8(_reader.ValueSpan, ref isReplaced) : _reader.ValueSpan;
        _reader.Read();
        return true;
    }

    /// <summary>Makes sure that nothing follows the object.</summary>
    public void End() => _reader.Read();

    public readonly bool Is(ReadOnlySpan<byte> name) => _name.SequenceEqual(name);

    public void Skip() => _reader.Skip();

    /// <summary>Enters the value, which has to be an object; null stays null.</summary>
    public readonly bool StartsObject() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => true,
        JsonTokenType.Null => false,
        _ => throw Invalid("an object"),
    };

    /// <summary>Enters the value, which has to be an object.</summary>
    public readonly void StartObject()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("an object");
        }
    }

    /// <summary>Enters the value, which has to be an array.</summary>
    public readonly void StartArray()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid("a list");
        }
    }

    /// <summary>Goes on to the next item of this array; false behind the last.</summary>
    public bool NextItem() => _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;

    /// <summary>The items of an array of strings; null: none.</summary>
    public List<string> Strings()
    {
        var items = new List<string>();
        if (IsNull)
        {
            return items;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid("an array of strings");
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Text() ?? throw Invalid("an array of strings"));
        }

        return items;
    }

    public byte[]? Utf8()
    {
        if (IsNull)
        {
            return null;
        }

        if (_reader.TokenType != JsonTokenType.String)
        {
            throw Invalid("a string");
        }

        var isReplaced = false;
        var text = StorableText.Utf8(_reader.ValueSpan, ref isReplaced);
        if (isReplaced)
        {
            ReplacedIn ??= Name;
        }

        return text;
    }

    public string? Text() =>
        IsPlain ? Encoding.UTF8.GetString(_reader.ValueSpan) :
        Utf8() is { } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>A text that other records may have as well.</summary>
    public string? Word() =>
        _repeated is not null && _reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } &&
        _repeated.Get(_reader.ValueSpan) is { } word
            ? word
            : Text();

    /// <summary>Whether the value is a string that stands in the line as it is.</summary>
    private readonly bool IsPlain =>
        _reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } &&
        System.Text.Unicode.Utf8.IsValid(_reader.ValueSpan);

    /// <summary>An id of another thing, or null.</summary>
    public string? Reference()
    {
        if (Word() is not { } id)
        {
            return null;
        }

        if (id.Length == 0)
        {
            throw Invalid("an id of 1 to 200 bytes");
        }

        if (id.Length > IdBytes / 3 && Encoding.UTF8.GetByteCount(id) > IdBytes)
        {
            throw new RefusedRecordException("id-too-long", Name, $"{Name} is longer than {IdBytes} bytes.");
        }

        return id;
    }

    public string Id() => Reference() ?? throw Invalid("an id of 1 to 200 bytes");

    public readonly bool? Boolean() => _reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw Invalid("true or false"),
    };

    /// <summary>A number from zero up, or null.</summary>
    public readonly long? Count()
    {
        if (IsNull)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) &&
            value is >= 0 and <= LargestNumber
                ? value
                : throw Invalid($"a whole number from 0 to {LargestNumber}");
    }

    public readonly long? Whole(long from, long to)
    {
        if (IsNull)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) && value >= from && value <= to
            ? value
            : throw Invalid($"a whole number from {from} to {to}");
    }

    public readonly double? Real()
    {
        if (IsNull)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw Invalid("a number");
    }

    /// <summary>US dollars, as millionths, rounded half away from zero.</summary>
    public readonly long? MicroUsd()
    {
        if (IsNull)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetDecimal(out var value) &&
            value is >= 0 and <= LargestNumber / 1_000_000
                ? (long)Math.Round(value * 1_000_000, MidpointRounding.AwayFromZero)
                : throw Invalid("an amount of US dollars");
    }

    public readonly DateTime? Time(bool isDayAllowed = false)
    {
        if (IsNull)
        {
            return null;
        }

        return _reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } &&
            (Rfc3339.TryParse(_reader.ValueSpan, out var utc) ||
             (isDayAllowed && Rfc3339.TryParseDay(_reader.ValueSpan, out utc)))
                ? utc
                : throw Invalid(isDayAllowed
                    ? "a day, or a time as in 2026-01-05T10:00:00Z, from 1970 to 2999"
                    : "a time with its zone as in 2026-01-05T10:00:00Z, from 1970 to 2999");
    }

    /// <summary>Milliseconds since 1970.</summary>
    public readonly DateTime? EpochMilliseconds()
    {
        if (IsNull)
        {
            return null;
        }

        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) &&
            Rfc3339.TryFromMilliseconds(value, out var utc)
                ? utc
                : throw Invalid("milliseconds since 1970, up to 2999");
    }

    public readonly RefusedRecordException Invalid(string expected) =>
        new("invalid-value", Name, $"{Name} has to be {expected}.");

    /// <summary>The kind of the value, where a field takes several.</summary>
    public readonly JsonTokenType Kind => _reader.TokenType;
}
