using System.Collections;
using System.Text;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

/// <summary>What every item of a reader keeps to, whatever the file holds.</summary>
internal static class WellFormed
{
    private const int MaxIdBytes = 200;

    public static void Assert(ImportItem item)
    {
        foreach (var property in item.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            Check(item, property.Name, Value(property.GetValue(item)));
        }
    }

    private static object? Value(object? value) =>
        value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Field<>)
            ? type.GetProperty(nameof(Field<int>.Value))!.GetValue(value)
            : value;

    private static void Check(ImportItem item, string name, object? value)
    {
        var place = $"{item.GetType().Name}.{name} of record {item.Line}";
        switch (value)
        {
            case string text:
                Xunit.Assert.False(text.Contains('\0', StringComparison.Ordinal), $"{place} holds NUL");
                Xunit.Assert.True(IsUnicode(text), $"{place} holds half a character");
                if (item is not ProblemItem && (name.EndsWith("Id", StringComparison.Ordinal) || name == "Model"))
                {
                    Xunit.Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, MaxIdBytes);
                }

                break;
            case byte[] utf8:
                Xunit.Assert.True(System.Text.Unicode.Utf8.IsValid(utf8) && !utf8.Contains((byte)0), $"{place} is no text");
                break;
            case DateTime time:
                Xunit.Assert.Equal(DateTimeKind.Utc, time.Kind);
                break;
            case TokenUsage usage:
                Xunit.Assert.True(usage is { Input: null or >= 0, Output: null or >= 0, CostMicroUsd: null or >= 0 }, place);
                break;
            case IEnumerable parts:
                foreach (var part in parts.OfType<ImportItem>())
                {
                    Assert(part);
                }

                break;
            default:
                break;
        }
    }

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
