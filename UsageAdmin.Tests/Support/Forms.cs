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
        var hidden = Hidden().Matches(form.Value).ToDictionary(
            m => m.Groups["name"].Value, m => System.Net.WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in fields)
        {
            hidden[name] = value;
        }

        using var content = new FormUrlEncodedContent(hidden);
        using var request = new HttpRequestMessage(HttpMethod.Post, page) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        return await client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> LogInAsync(
        this HttpClient client, string email, string password, string query = "") =>
        client.SubmitAsync($"/account/login{query}", ("Entered.Email", email), ("Entered.Password", password));

    [GeneratedRegex("""<form [^>]*action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" ?/>""")]
    private static partial Regex Hidden();
}
