using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Ingest.Uploads;

/// <summary>Sends files as the import page does.</summary>
internal sealed partial class Uploader(HttpClient client, string workspace) : IDisposable
{
    public static async Task<Uploader> SignInAsync(UsageAdminApp app, string email, string workspace = "alpha-main")
    {
        var client = await app.SignInAsync(email);
        var html = await client.GetStringAsync("/account/logout");
        client.DefaultRequestHeaders.Add("RequestVerificationToken", Token().Match(html).Groups["token"].Value);
        return new Uploader(client, workspace);
    }

    public HttpClient Client => client;

    public string Uploads => $"/w/{workspace}/import/uploads";

    public Task<HttpResponseMessage> BeginAsync(string name, long bytes) => client.PostAsJsonAsync(Uploads, new { name, bytes });

    public async Task<string> BegunAsync(string name, long bytes)
    {
        using var answer = await BeginAsync(name, bytes);
        return (await ReadAsync(answer))["id"]!.GetValue<string>();
    }

    public async Task<HttpResponseMessage> SendAsync(string id, long offset, ReadOnlyMemory<byte> chunk)
    {
        using var content = new ReadOnlyMemoryContent(chunk);
        return await client.PatchAsync($"{Uploads}/{id}?offset={offset}", content);
    }

    /// <summary>Begins an upload and sends all of it.</summary>
    public async Task<string> UploadAsync(string name, ReadOnlyMemory<byte> file)
    {
        var id = await BegunAsync(name, file.Length);
        using var sent = await SendAsync(id, 0, file);
        Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync());
        return id;
    }

    public async Task<JsonNode> StateAsync(string id) => (await client.GetFromJsonAsync<JsonNode>($"{Uploads}/{id}"))!;

    public static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    public void Dispose() => client.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
