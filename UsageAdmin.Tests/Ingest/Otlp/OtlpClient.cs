using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Otlp;

/// <summary>Sends telemetry to a server, under a source of its own, and reads what came of it.</summary>
internal sealed class OtlpClient(UsageAdminApp app, HttpClient client) : IDisposable
{
    public string Source { get; } = $"otlp-{Guid.NewGuid():N}";

    public HttpClient Http => client;

    public static async Task<OtlpClient> CreateAsync(UsageAdminApp app, ApiScopes scopes = ApiScopes.Ingest) =>
        new(app, app.ClientWith((await app.MakeKeyAsync(scopes)).Text));

    public Task<HttpResponseMessage> SendAsync(string path, string json) =>
        SendAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    public Task<HttpResponseMessage> SendAsync(string path, IMessage message) =>
        SendAsync(path, message.ToByteArray(), "application/x-protobuf");

    public async Task<HttpResponseMessage> SendAsync(string path, byte[] body, string? type, string encoding = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-UsageAdmin-Source", Source);
        request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding.Length > 0)
        {
            request.Content.Headers.Add("Content-Encoding", encoding);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The rows of a query, one line each with <c>|</c> between the columns; <c>$source</c> is this one's id.</summary>
    public string[] Rows(string sql) => Support.Rows.Of(
        app.Services.GetRequiredService<UsageDatabase>(),
        sql.Replace("$source", $"(SELECT id FROM source WHERE name = '{Source}')", StringComparison.Ordinal));

    /// <summary>Messages with their tokens, requests and actions; without what tells people of other tests apart.</summary>
    public string[] Dump() => [.. Stored().Select(row => Regex.Replace(row, "~[0-9]+", ""))];

    private IEnumerable<string> Stored() =>
    [
        .. Rows(
            """
            SELECT c.external_id, u.public_id, a.public_id, c.temperature, c.channel, c.deployment, m.external_id, m.source, m.created_at,
                m.marks, m.input_tokens, m.output_tokens, m.cached_input_tokens, mo.public_id, m.parent_seq, m.content
            FROM conversation c JOIN usage_user u ON u.id = c.user_id LEFT JOIN app a ON a.id = c.app_id
            JOIN message m ON m.workspace_id = c.workspace_id AND m.conversation_created_at = c.created_at AND m.conversation_no = c.no
            LEFT JOIN model mo ON mo.id = m.model_id
            WHERE c.source_id = $source ORDER BY c.external_id, m.seq
            """),
        .. Rows(
            """
            SELECT 'request', e.external_id, e.created_at, e.message_external_id, e.kind, e.input_tokens, e.output_tokens, u.public_id,
                mo.public_id
            FROM usage_event e LEFT JOIN usage_user u ON u.id = e.user_id LEFT JOIN model mo ON mo.id = e.model_id
            WHERE e.source_id = $source ORDER BY e.external_id
            """),
        .. Actions(),
        .. Rows(
            """
            SELECT 'feedback', f.external_id, f.rating, f.marks, f.reason, f.comment FROM message_feedback f JOIN conversation c
                ON c.workspace_id = f.workspace_id AND c.no = f.conversation_no WHERE c.source_id = $source ORDER BY f.external_id
            """),
        .. Rows(
            """
            SELECT 'check', f.external_id, f.category, f.flagged, f.score FROM message_moderation f JOIN conversation c
                ON c.workspace_id = f.workspace_id AND c.no = f.conversation_no WHERE c.source_id = $source ORDER BY f.external_id
            """),
    ];

    public string[] Actions() => Rows(
        """
        SELECT 'action', x.external_id, n.name, x.used_at, x.status, x.seq FROM action_use x JOIN action_name n ON n.id = x.action_name_id
        JOIN conversation c ON c.workspace_id = x.workspace_id AND c.no = x.conversation_no
        WHERE c.source_id = $source ORDER BY x.external_id
        """);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    public void Dispose() => client.Dispose();
}
