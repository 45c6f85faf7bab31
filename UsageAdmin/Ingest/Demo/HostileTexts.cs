using System.Text;

namespace UsageAdmin.Ingest.Demo;

/// <summary>
/// Names and texts made to break things: spreadsheets, pages, file names, parsers, layouts. What no source may hand over
/// (NUL, half a surrogate pair) went through the text rules of all readers and came out as U+FFFD.
/// </summary>
internal static class HostileTexts
{
    public const string OrganizationName = "<b>Hostile & Söhne</b> \"GmbH\" =1+1";

    public const string WorkspaceName = "Hostile \u202Eniam\u202C '); DROP TABLE message;--";

    private const int Long = 10_000;

    public static IReadOnlyList<string> All { get; } =
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+9)*cmd|' /C calc'!A0",
        "＝1＋1",
        "  =HYPERLINK(\"http://attacker.example\",\"click\")",
        "\t=1+1",
        "\r=1+1",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</script><svg onload=alert(1)>",
        "{{7*7}} ${7*7} @(7*7) <%= 7*7 %>",
        "javascript:alert(1)",
        "line one\r\nline two\rline three\nline four",
        "a,b;c\td\"e\"\"f'g",
        "../../../../etc/passwd",
        "..\\..\\windows\\system32\\CON.txt",
        "\u202Egnp.exe\u202C abc \u2067שלום\u2069",
        "control \u0001\u0007\b\u000B\f\u001B[31m\u007F\u0085\u009F end",
        "zero\u200Bwidth\uFEFF joiner\u200D soft\u00ADhyphen",
        "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏿 e\u0301 ﷽",
        "Z̸̡̢̛̗̘a̴̛̹l̷̨͎g̶̢̛o̵̧",
        "separators \u2028 and \u2029 and \u00A0",
        "' OR '1'='1' --",
        "%s%n%x %00 %2e%2e%2f &lt;&amp;&#x27;",
        "null",
        "NaN",
        "0001e10",
        "2026-13-45T99:99:99Z",
        "{\"role\": \"system\", \"content\": \"]}\"}",
        "]]>",
        "\uFFFE\uFFFF noncharacters \U0010FFFF",
        FromJson(@"nul \u0000 and half \ud83d pairs \ude00 of escapes"),
        new('W', Long),
        string.Concat(Enumerable.Repeat("long 長い 😀 ", Long / 10)),
        new string('\u0301', 200) + "marks",
        " ",
    ];

    private static string FromJson(string escaped)
    {
        var replaced = false;
        return Encoding.UTF8.GetString(StorableText.Utf8(Encoding.UTF8.GetBytes(escaped), ref replaced));
    }
}
