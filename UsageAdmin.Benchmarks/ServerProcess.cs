using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace UsageAdmin.Benchmarks;

/// <summary>The real program on a loopback port, and a session cookie for it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(BenchmarkOptions options)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var server = new ServerProcess(
            Command.Start(
                "dotnet",
                [Command.Program, "--urls", address.ToString().TrimEnd('/'), .. options.Settings, "--Logging:LogLevel:Default=Warning"]),
            address);
        using var client = new HttpClient { BaseAddress = address };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (ready.IsSuccessStatusCode)
                {
                    return server;
                }
            }
            catch (HttpRequestException) when (attempt < 600)
            {
            }

            await Task.Delay(100);
        }
    }

    /// <returns>The <c>Cookie</c> header of the account's session.</returns>
    public async Task<string> SignInAsync(string email, string password)
    {
        var cookies = new CookieContainer();
        using var handler = new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = Address };
        var page = await client.GetStringAsync(new Uri("/account/login", UriKind.Relative));
        page = page.Split("<form").Single(form => form.Contains("type=\"password\"", StringComparison.Ordinal)).Split("</form>")[0];
        var fields = HiddenFields().Matches(page).ToDictionary(
            m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value), StringComparer.Ordinal);
        var inputs = NamedInputs().Matches(page).Select(m => m.Groups["name"].Value).ToArray();
        fields[inputs.Single(i => i.EndsWith("mail", StringComparison.OrdinalIgnoreCase))] = email;
        fields[inputs.Single(i => i.EndsWith("assword", StringComparison.OrdinalIgnoreCase))] = password;
        using var form = new FormUrlEncodedContent(fields);
        using var answer = await client.PostAsync(new Uri("/account/login", UriKind.Relative), form);
        var cookie = cookies.GetCookieHeader(Address);
        return answer.StatusCode == HttpStatusCode.Redirect || answer.StatusCode == HttpStatusCode.SeeOther
            ? cookie
            : throw new InvalidOperationException($"Signing in answered {(int)answer.StatusCode}.");
    }

    /// <summary>Resident memory now, in MiB.</summary>
    public double ResidentMegabytes() => Status("VmRSS");

    /// <summary>The highest resident memory since <see cref="ResetPeak"/>, in MiB.</summary>
    public double PeakMegabytes() => Status("VmHWM");

    public void ResetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private double Status(string field) => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024)
        .Single();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*name=\"(?<name>[^\"]*)\"[^>]*value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenFields();

    [GeneratedRegex("<input[^>]*name=\"(?<name>[^\"]*)\"")]
    private static partial Regex NamedInputs();
}
