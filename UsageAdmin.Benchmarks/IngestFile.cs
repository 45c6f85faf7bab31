using System.Globalization;
using System.Text;
using System.Text.Json;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Generator;
using UsageAdmin.Ingest.Ndjson;

namespace UsageAdmin.Benchmarks;

/// <summary>A file of UsageAdmin NDJSON with generated conversations of one year.</summary>
internal static class IngestFile
{
    public static async Task WriteAsync(string path, int conversations, int users)
    {
        var options = new GenerateOptions(
            conversations, Seed: 1, new DateOnly(2025, 1, 1), new DateOnly(2025, 12, 31),
            TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))
        {
            Users = users,
        };
        await using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), bufferSize: 1 << 20) { NewLine = "\n" };
        await file.WriteLineAsync("""{"type":"header","format":"usageadmin-ndjson","version":1,"source":"bench","generated_at":"2026-01-01T00:00:00Z"}""");
        foreach (var item in new ActivityGenerator(options).Items())
        {
            switch (item)
            {
                case UserItem user:
                    await file.WriteLineAsync(JsonSerializer.Serialize(
                        new { type = "user", id = user.Id, name = user.Name.Value, email = user.Email.Value }));
                    break;
                case ConversationItem conversation:
                    await file.WriteLineAsync(Header(conversation));
                    foreach (var part in conversation.Parts())
                    {
                        await file.WriteLineAsync(NdjsonRecordWriter.WritePart(conversation.Id, part));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static string Header(ConversationItem conversation) => JsonSerializer.Serialize(new
    {
        type = "conversation",
        id = conversation.Id,
        user_id = conversation.UserId.Value,
        app_id = conversation.AppId.Value,
        project_id = conversation.ProjectId.Value,
        section_id = conversation.SectionId.Value,
        model = conversation.Model.Value,
        temperature = conversation.Temperature.Value,
        title = conversation.Title.Value,
        created_at = conversation.CreatedAtUtc.Value?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    });
}
