using System.Globalization;
using UsageAdmin.Ingest.Otlp.Protos;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// Attributes of a span or a log record, those of its resource behind them. What has the wrong type is as if it were absent:
/// conventions change, and a span is worth more than its oddest attribute.
/// </summary>
internal sealed class OtlpAttributes
{
    /// <summary>Attributes of one span or resource; further ones are passed over. SDKs send 128 unless told otherwise.</summary>
    private const int Most = 1_024;

    /// <summary>Beyond this, numbers of tokens are mistakes, and sums could overflow.</summary>
    private const long LargestNumber = 1_000_000_000_000;

    private readonly Dictionary<string, AnyValue> _values = new(StringComparer.Ordinal);

    /// <param name="sets">Of a name that stands in several, the first counts.</param>
    public OtlpAttributes(params IEnumerable<IEnumerable<KeyValue>> sets)
    {
        foreach (var attributes in sets)
        {
            foreach (var attribute in attributes.Take(Most))
            {
                if (attribute.Value is { } value)
                {
                    _values.TryAdd(attribute.Key, value);
                }
            }
        }
    }

    public AnyValue? Value(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_values.TryGetValue(name, out var value) && value.ValueCase != AnyValue.ValueOneofCase.None)
            {
                return value;
            }
        }

        return null;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The first that is there and not empty, as text that can be stored.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (TextOf(Value(name)) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>A number from zero up; written as text or with a point too, as some SDKs do.</summary>
    public long? Count(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var value = Value(name);
            var number = value?.ValueCase switch
            {
                AnyValue.ValueOneofCase.IntValue => value.IntValue,
                AnyValue.ValueOneofCase.DoubleValue when value.DoubleValue is >= 0 and <= LargestNumber => (long)value.DoubleValue,
                AnyValue.ValueOneofCase.StringValue when long.TryParse(
                    value.StringValue, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => parsed,
                _ => -1,
            };
            if (number is >= 0 and <= LargestNumber)
            {
                return number;
            }
        }

        return null;
    }

    public double? Real(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var value = Value(name);
            var number = value?.ValueCase switch
            {
                AnyValue.ValueOneofCase.IntValue => value.IntValue,
                AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue,
                AnyValue.ValueOneofCase.StringValue when double.TryParse(
                    value.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
                _ => double.NaN,
            };
            if (double.IsFinite(number))
            {
                return number;
            }
        }

        return null;
    }

    public static string? TextOf(AnyValue? value) => value?.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => Storable(value.StringValue),
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        _ => null,
    };

    /// <summary>Without NUL (decisions.md 15). Lone surrogates do not come out of UTF-8.</summary>
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}
