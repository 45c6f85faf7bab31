using System.Text;
using UsageAdmin.Usage.Api;

namespace UsageAdmin.Tests.Usage.Api;

public sealed class UsageApiBodyTests
{
    private const string From = """ "from":{"date":"2026-01-01","timezone":"UTC"} """;
    private const string To = """ "to":{"date":"2026-01-31T23:59:59.999Z","timezone":"Europe/Berlin"} """;

    [Fact]
    public void From_and_to_are_enough_and_have_zones_of_their_own()
    {
        var body = Read($"{{{From},{To}}}");

        Assert.Equal((new DateTime(2026, 1, 1), "UTC"), (body.From.Local, body.From.Zone.Id));
        Assert.Equal((new DateOnly(2026, 1, 31), "Europe/Berlin"), (body.To.Date, body.To.Zone.Id));
        Assert.Equal((true, false), (body.IncludesInactive, body.IsExtended));
    }

    [Theory]
    [InlineData(""" "includeInactive":false """, false, false)]
    [InlineData(""" "includeInactive":true,"layout":"extended" """, true, true)]
    [InlineData(""" "layout":"standard" """, true, false)]
    [InlineData(""" "includeInactive":null,"layout":null,"group_by":null """, true, false)]
    [InlineData(""" "locale":"de","attributesAsOf":{"a":[1,2]},"From":1,"unknown":1,"unknown":2 """, true, false)]
    public void Further_fields_may_be_there(string more, bool inactive, bool extended)
    {
        var body = Read($"{{{From},{more},{To}}}");

        Assert.Equal((inactive, extended), (body.IncludesInactive, body.IsExtended));
    }

    [Theory]
    [InlineData("", "The body is empty")]
    [InlineData(" \n ", "The body is empty")]
    [InlineData("{", "no valid JSON: line 1, byte 2")]
    [InlineData("{\"from\":1,\n  }", "no valid JSON: line 2, byte 3")]
    [InlineData("{} {}", "no valid JSON: line 1, byte 4")]
    [InlineData("// no\n{}", "no valid JSON: line 1, byte 1")]
    [InlineData("[]", "The body must be a JSON object.")]
    [InlineData("null", "The body must be a JSON object.")]
    [InlineData("{}", "from is missing: from.date and from.timezone are needed. to is missing")]
    [InlineData("""{"from":null,"to":1}""", "from is missing: from.date and from.timezone are needed. to must be a JSON object.")]
    [InlineData("""{"from":{},"to":{"date":1,"timezone":true}}""",
        "from.date is missing. from.timezone is missing. to.date must be a string. to.timezone must be a string.")]
    [InlineData("""{"from":{"date":"x","timezone":"Mars/Base"},"to":{"date":"2026-01-01T00:00+01:00","timezone":"UTC"}}""",
        "from.timezone must be an IANA time zone such as Europe/Berlin or UTC. from.date must be a date and time such as " +
        "2026-01-31T23:59:59.999, or a day such as 2026-01-31. to.date must not carry an offset (+01:00)")]
    [InlineData("""{"from":{"date":"2026-01-01","timezone":"UTC","date":"2026-01-02"},"from":{}}""",
        "from stands twice. from.date stands twice. to is missing")]
    public void What_is_wrong_is_told_field_by_field(string body, string message)
    {
        Assert.Null(UsageApiBody.Parse(Encoding.UTF8.GetBytes(body), out var error));
        Assert.Equal((400, "Invalid request"), (error!.Status, error.Error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("1")]
    public void Of_a_body_that_is_no_object_nothing_else_is_told(string body)
    {
        Assert.Null(UsageApiBody.Parse(Encoding.UTF8.GetBytes(body), out var error));
        Assert.Equal("The body must be a JSON object.", error!.Message);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "The body is nested too deeply.")]
    [InlineData(30_000, "The body is nested too deeply.")]
    public void Objects_and_arrays_in_each_other_have_an_end(int depth, string? message)
    {
        // In a field that is passed over, which is one deep itself.
        var nested = new string('[', depth - 1) + new string(']', depth - 1);

        UsageApiBody.Parse(Encoding.UTF8.GetBytes($"{{{From},{To},\"unknown\":{nested}}}"), out var error);

        Assert.Equal(message, error?.Message);
        UsageApiBody.Parse(Encoding.UTF8.GetBytes($"{{{From},{To},\"unknown\":{nested}"), out var broken);
        Assert.Contains(message ?? "no valid JSON", broken!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("W. Europe Standard Time")]
    [InlineData("CET+1")]
    [InlineData("+01:00")]
    [InlineData("../etc/passwd")]
    [InlineData("right/UTC")]
    [InlineData("")]
    public void Zones_are_IANA_ids_alone(string zone)
    {
        Assert.Null(UsageApiBody.Parse(
            Encoding.UTF8.GetBytes($$"""{"from":{"date":"2026-01-01","timezone":"{{zone}}"},{{To}}}"""), out var error));
        Assert.Equal("from.timezone must be an IANA time zone such as Europe/Berlin or UTC.", error!.Message);
    }

    [Theory]
    [InlineData(""" "includeInactive":"yes" """, "includeInactive must be true or false.")]
    [InlineData(""" "layout":"wide" """, "layout must be standard or extended.")]
    [InlineData(""" "layout":1 """, "layout must be standard or extended.")]
    [InlineData(""" "layout":"standard","layout":"extended" """, "layout stands twice.")]
    public void Options_have_the_values_that_are_documented(string more, string message)
    {
        Assert.Null(UsageApiBody.Parse(Encoding.UTF8.GetBytes($"{{{From},{To},{more}}}"), out var error));
        Assert.Equal(("Invalid request", message), (error!.Error, error.Message));
    }

    [Theory]
    [InlineData("\"model\"")]
    [InlineData("[]")]
    [InlineData("\"\"")]
    public void No_grouping_is_supported(string value)
    {
        Assert.Null(UsageApiBody.Parse(Encoding.UTF8.GetBytes($"{{{From},{To},\"group_by\":{value}}}"), out var error));
        Assert.Equal((400, "Unsupported group_by"), (error!.Status, error.Error));
    }

    [Theory]
    [InlineData("{\"from\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"from\":{\"date\":\"\\udfff\",\"timezone\":\"UTC\"}}")]
    public void Half_a_surrogate_pair_is_no_text(string body)
    {
        Assert.Null(UsageApiBody.Parse(Encoding.UTF8.GetBytes(body), out var error));
        Assert.Equal("Invalid request", error!.Error);
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm_and_other_encodings_are_refused()
    {
        var text = $"{{{From},{To}}}";

        Assert.NotNull(UsageApiBody.Parse(Encoding.UTF8.GetBytes('\uFEFF' + text), out _));
        Assert.Null(UsageApiBody.Parse(Encoding.Unicode.GetBytes(text), out var error));
        Assert.Equal("Invalid request", error!.Error);
        Assert.Null(UsageApiBody.Parse(new byte[] { (byte)'{', 0xFF }, out error));
        Assert.Equal("The body must be JSON in UTF-8.", error!.Message);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_refused()
    {
        var random = new Random(4711);
        var good = Encoding.UTF8.GetBytes($"{{{From},{To},\"layout\":\"extended\",\"includeInactive\":true}}");
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                    1 => [.. bytes[..at], .. bytes[(at + 1)..]],
                    _ => [.. bytes[..at], .. "\"{}[]:,\\0-9TZ"u8.Slice(random.Next(12), 1), .. bytes[at..]],
                };
            }

            var body = UsageApiBody.Parse(bytes, out var error);
            Assert.Equal(body is null, error is not null);
            Assert.True(error is null or { Status: 400, Message.Length: > 0 and < 1000 });
            refused += error is null ? 0 : 1;
        }

        Assert.InRange(refused, 10_000, 19_999);
    }

    private static UsageApiBody Read(string json) =>
        UsageApiBody.Parse(Encoding.UTF8.GetBytes(json), out var error)
        ?? throw new InvalidOperationException(error!.Message);
}
