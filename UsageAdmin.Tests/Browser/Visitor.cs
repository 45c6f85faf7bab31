using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Browser;

/// <summary>Somebody with a browser window. What the browser complains about is collected and must be nothing.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    /// <summary>WCAG 2.0 to 2.2, levels A and AA.</summary>
    private const string Rules =
        """{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'] }""";

    /// <summary>Of these rules, those whose outcome depends on colours.</summary>
    private const string ColourRules = "{ type: 'rule', values: ['color-contrast'] }";

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private readonly IBrowserContext _context;
    private readonly List<string> _complaints = [];

    public Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    /// <summary>Console and script errors so far, a violated security policy among them; reading takes them.</summary>
    public IReadOnlyList<string> TakeComplaints()
    {
        string[] complaints = [.. _complaints];
        _complaints.Clear();
        return complaints;
    }

    /// <summary>Opens a page and waits until its circuit, if it has one, has taken over.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await InteractiveAsync();
    }

    /// <summary>
    /// Waits until the address holds the text. The window itself is asked: Playwright's own wait for an address misses a
    /// change that comes while it begins to listen.
    /// </summary>
    public Task AddressContainsAsync(string text) => Page.WaitForFunctionAsync("text => location.href.includes(text)", text);

    /// <inheritdoc cref="AddressContainsAsync"/>
    public Task AddressEndsAsync(string text) => Page.WaitForFunctionAsync("text => location.href.endsWith(text)", text);

    /// <summary>The file that something on the page downloads, once it is whole.</summary>
    public async Task<(string Name, string Path)> DownloadAsync(Func<Task> start)
    {
        var download = await Page.RunAndWaitForDownloadAsync(start);
        return (download.SuggestedFilename, await download.PathAsync().WaitAsync(Eventually.Patience));
    }

    public Task InteractiveAsync() => Page.WaitForFunctionAsync(
        "() => !document.querySelector('#components-reconnect-modal') || document.querySelector('#main[data-interactive]')");

    /// <summary>Violations of the part that the selector names, one line each.</summary>
    /// <param name="coloursOnly">The same page has been looked at in other colours.</param>
    /// <remarks>axe runs in the page itself: its package opens a window of its own for each run, which takes far longer.</remarks>
    public async Task<IReadOnlyList<string>> ViolationsAsync(string? selector, bool coloursOnly)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(Axe);
        }

        return await Page.EvaluateAsync<string[]>(
            $$"""
            async selector => {
              const { violations } = await axe.run(selector ?? document, { runOnly: {{(coloursOnly ? ColourRules : Rules)}}, resultTypes: ['violations'] });
              return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html} ${n.failureSummary}`));
            }
            """,
            selector).WaitAsync(Eventually.Patience);
    }

    /// <summary>
    /// Changes the system's theme and waits until the page is drawn in it; a window that nobody sees may not be drawn at
    /// all, then for a second, in which every transition of colours ends.
    /// </summary>
    public async Task ShowAsync(ColorScheme theme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = theme });
        await Page.EvaluateAsync(
            "() => new Promise(done => { setTimeout(done, 1000); requestAnimationFrame(() => requestAnimationFrame(done)); })")
            .WaitAsync(Eventually.Patience);
    }

    public Task<int> OverflowAsync() =>
        Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
