using System.Globalization;
using System.Text.Json;

namespace UsageAdmin.Tests.Browser;

/// <summary>A file of activity in our NDJSON: 30 conversations in each of last month and this one, with every case the pages show.</summary>
internal static class SomeActivity
{
    public const int PerMonth = 30;

    /// <summary>Of last month; one in ten.</summary>
    public const int Flagged = 3;

    public static IEnumerable<string> Lines(DateTime now)
    {
        yield return Line(new { type = "header", format = "usageadmin-ndjson", version = 1, source = "Open WebUI", generated_at = now, content = "full" });
        string[] people = ["Anna Albrecht", "Ben Öztürk", "<b>Clara</b> & Co", "\u202egnirts desrever", new string('x', 10_000)];
        for (var i = 0; i < people.Length; i++)
        {
            yield return Line(new { type = "user", id = $"u{i}", name = people[i], email = $"person{i}@alpha.example" });
            yield return Line(new { type = "membership", user_id = $"u{i}", section_id = i % 2 == 0 ? "s0" : "s1", role = "member", joined_at = "2020-01-01" });
        }

        yield return Line(new { type = "section", id = "s0", name = "Vertrieb" });
        yield return Line(new { type = "section", id = "s1", name = "Research & Development" });
        yield return Line(new { type = "app", id = "app0", name = "Offer Writer", created_at = "2020-01-01T00:00:00Z" });
        yield return Line(new { type = "app", id = "app1", name = "An app with a name so long that no column of any table is wide enough for it", created_at = "2020-01-01T00:00:00Z" });
        var thisMonth = new DateTime(now.Year, now.Month, 1, 12, 0, 0, DateTimeKind.Utc);
        for (var i = 0; i < 2 * PerMonth; i++)
        {
            // Days 2 to 27 exist in every month and are the same days in every zone at noon.
            var at = thisMonth.AddMonths(i < PerMonth ? -1 : 0).AddDays(1 + (i % 26)).AddMinutes(i);
            foreach (var line in Conversation(i, at, people.Length))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> Conversation(int i, DateTime at, int people)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"c{i:000}");
        yield return Line(new { type = "conversation", id, user_id = $"u{i % people}", app_id = i % 3 == 2 ? null : $"app{i % 3}", model = "gpt-5", temperature = 0.7, title = $"Question {i}", channel = "web", created_at = at });
        yield return Line(new { type = "message", id = "m1", conversation_id = id, source = i % 7 == 0 ? "user-start" : "user", content = $"<script>alert({i})</script> How do I write an offer?\nIn two lines.", created_at = at.AddSeconds(1), active = true });
        yield return Line(new { type = "message", id = "m2", conversation_id = id, parent_id = "m1", source = "provider", model = "gpt-5", content = "Like this.", created_at = at.AddSeconds(9), active = true, usage = new { input = 12, output = 8 } });
        if (i % 5 == 0)
        {
            yield return Line(new { type = "message", id = "m3", conversation_id = id, parent_id = "m1", source = "provider", model = "gpt-5", content = "An earlier version.", created_at = at.AddSeconds(5), active = false });
            yield return Line(new { type = "file", id = "f1", conversation_id = id, message_id = "m1", name = "offer.pdf", media_type = "application/pdf", bytes = 120_000 });
            yield return Line(new { type = "file", id = "f2", conversation_id = id, message_id = "m1", media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", bytes = 120_000 });
        }

        if (i % 10 == 0)
        {
            yield return Line(new { type = "feedback", id = "fb", conversation_id = id, message_id = "m2", user_id = $"u{i % people}", rating = -1, flags = new[] { "inaccurate" }, comment = "Wrong date.", created_at = at.AddSeconds(30) });
            yield return Line(new { type = "moderation", id = "md", conversation_id = id, message_id = "m1", provider = "openai", flagged = true, moderated = true, categories = new { harassment = 0.91 }, created_at = at.AddSeconds(1) });
        }
    }

    private static string Line(object record) => JsonSerializer.Serialize(record);
}
