using System.Text.RegularExpressions;

namespace UsageAdmin.Tests.Support;

/// <summary>Fills in and sends HTML forms as a browser does, hidden fields included.</summary>
public static partial class Forms
{
    /// <summary>Opens the page and posts the form that leads to the page itself.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(
        this HttpClient client, string page, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var form = Form().Matches(html)
            .First(m => m.Groups["action"].Value.StartsWith(page.Split('?')[0], StringComparison.Ordinal));
        return await client.PostAsync(page, form.Value, fields);
    }

    /// <summary>Opens a page with several forms and posts the one of that name.</summary>
    public static async Task<HttpResponseMessage> SubmitFormAsync(
        this HttpClient client, string page, string formName, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        request.Headers.Accept.ParseAdd("text/html");
        using var opened = await client.SendAsync(request);
        var html = await opened.Content.ReadAsStringAsync();
        var form = Form().Matches(html)
            .First(m => m.Value.Contains($"name=\"_handler\" value=\"{formName}\"", StringComparison.Ordinal));
        return await client.PostAsync(page, form.Value, fields);
    }

    public static Task<HttpResponseMessage> LogInAsync(
        this HttpClient client, string email, string password, string query = "") =>
        client.SubmitAsync($"/account/login{query}", ("Entered.Email", email), ("Entered.Password", password));

    private static async Task<HttpResponseMessage> PostAsync(
        this HttpClient client, string page, string form, (string Name, string Value)[] fields)
    {
        var sent = Hidden().Matches(form)
            .Select(m => (Name: m.Groups["name"].Value, Value: System.Net.WebUtility.HtmlDecode(m.Groups["value"].Value)))
            .Where(hidden => fields.All(f => f.Name != hidden.Name)).Concat(fields)
            .Select(f => KeyValuePair.Create(f.Name, f.Value));
        using var content = new FormUrlEncodedContent(sent);
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        return await client.SendAsync(request);
    }

    /// <summary>Posts to an address that a page's button leads to, with the token of the session's forms.</summary>
    /// <param name="accept">As a browser asks; null: as a program.</param>
    public static async Task<HttpResponseMessage> PostFormAsync(
        this HttpClient client, string address, string? accept = null, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync("/account/logout");
        var token = Hidden().Matches(html).First(m => m.Groups["name"].Value == "__RequestVerificationToken");
        using var content = new FormUrlEncodedContent(
            fields.Append((Name: token.Groups["name"].Value, token.Groups["value"].Value))
                .ToDictionary(f => f.Name, f => f.Value));
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return await client.SendAsync(request);
    }

    [GeneratedRegex("""<form [^>]*action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/>""")]
    private static partial Regex Hidden();
}
