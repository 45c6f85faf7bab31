using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

/// <summary>The formats of files by their first bytes.</summary>
public sealed class FormatDetectionTests : IngestTest
{
    public static TheoryData<string, string, string> Texts => new()
    {
        { "ndjson", "usage.txt", """{"type":"header","format":"usageadmin-ndjson","version":1}""" },
        { "activity", "x", """{"exportedAt":"2026-01-31T00:00:00Z","dateRange":{"start":"a","end":"b"},"conversations":[]}""" },
        { "chatgpt", "conversations.json", """[{"title":"\"chat\": \"user_id\":","create_time":1.5,"mapping":{}}]""" },
        { "openwebui", "all-chats.json", """[{"id":"c","user_id":"u","title":"t","chat":{"history":{}}}]""" },
        { "openwebui", "users.csv", "id,name,email,role\r\n1,Ann,a@example.com,user\r\n" },
        { "openwebui", "webui.db", "SQLite format 3\0" },
        { "librechat", "title.json", """{"conversationId":"c","endpoint":"openAI","title":"t","exportAt":"10:00","messages":[]}""" },
        { "librechat", "users.json", """{"_id":{"$oid":"1"},"email":"a@example.com","role":"USER"}""" },
        { "librechat", "messages.json", """{"_id":{"$oid":"1"},"messageId":"m","conversationId":"c","isCreatedByUser":true}""" },
        { "librechat", "conversations.json", """{"_id":{"$oid":"1"},"conversationId":"c","endpoint":"openAI"}""" },
        { "librechat", "transactions.json", """{"_id":{"$oid":"1"},"tokenType":"prompt"}""" },
        { "claude", "conversations.json", """[{"uuid":"c","name":"t","account":{"uuid":"u"},"chat_messages":[]}]""" },
        { "claude", "users.json", """[{"uuid":"u","full_name":"Ann","email_address":"a@example.com"}]""" },
        { "litellm", "spend.csv", "request_id,call_type,\"startTime\",spend\r\n" },
        { "litellm", "spend.json", """[{"request_id":"r","startTime":"2026-01-05T10:00:00Z"}]""" },
        { "litellm", "users.csv", "user_id,user_alias,user_email,user_role,created_at\n" },
        { "", "notes.txt", "My \"mapping\" of \"chat\" and \"user_id\"" },
        { "", "empty", "" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_file_is_recognized_by_its_content_plain_compressed_and_packed(string format, string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(format, Detect(name, bytes));
        Assert.Equal(format, Detect("x.gz", Compress(bytes)));
    }

    [Fact]
    public void A_zip_is_recognized_by_the_files_in_it()
    {
        Assert.Equal("chatgpt", Detect("export.zip", Zip(
            ("../user.json", """{"id":"u","email":"a@example.com"}"""),
            ("folder/conversations-000.json", """[{"title":"t","create_time":1,"mapping":{}}]"""))));
        Assert.Equal("", Detect("other.zip", Zip(("readme.txt", "\"mapping\":"))));
    }

    [Fact]
    public void A_compressed_file_that_is_cut_off_is_still_recognized()
    {
        var random = new Random(1);
        var text = """{"type":"header","format":"usageadmin-ndjson","version":1}""" +
            string.Concat(Enumerable.Range(0, 5_000).Select(_ => $"\n{random.NextDouble()}"));
        var whole = Compress(Encoding.UTF8.GetBytes(text));

        Assert.Equal("ndjson", Detect("x.gz", whole[..(whole.Length / 2)]));
    }

    [Fact]
    public void Damaged_files_are_of_no_format()
    {
        Assert.Equal("", Detect("x.gz", [0x1f, 0x8b, 1, 2, 3]));
        Assert.Equal("", Detect("x.zip", "PK\u0003\u0004 is not enough"u8.ToArray()));
    }

    private string Detect(string name, byte[] bytes)
    {
        var path = Database.Write(Guid.NewGuid().ToString("N"), bytes);
        using var services = new ServiceCollection()
            .AddSingleton(Database.Directory).AddSingleton(TimeProvider.System).AddSingleton(Database.Database)
            .AddIngest().BuildServiceProvider();
        var start = FileStart.Read(path, name);
        return string.Join(',', services.GetServices<IImportReader>().Where(r => r.Recognizes(start)).Select(r => r.Format));
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return buffer.ToArray();
    }

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return buffer.ToArray();
    }
}
