using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using UsageAdmin.Tests.Exports.Tables;

namespace UsageAdmin.Tests.Browser;

[Collection(BrowserTests.Name)]
public sealed class UsageExportDialogTests(BrowserFixture fixture)
{
    private const string Usage = "/w/alpha-main/usage";

    [Theory]
    [InlineData("Users", "users")]
    [InlineData("Assistants", "assistants")]
    [InlineData("Projects", "projects")]
    [InlineData("Models", "models")]
    public async Task Every_type_is_one_click_away_and_holds_as_many_rows_as_said(string label, string type)
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Usage}?range=last-month");
        await page.ClickAsync("#open-export");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Export configuration" });
        await dialog.Locator(".dialog-rows:not(.busy)").WaitForAsync();
        await dialog.GetByRole(AriaRole.Radio, new() { Name = label }).CheckAsync();
        await visitor.AddressEndsAsync($"{Usage}?range=last-month&export={type}");
        await dialog.Locator(".dialog-rows:not(.busy)").WaitForAsync();
        await dialog.Locator($".file-columns code:text-is('{(type == "models" ? "bring_your_keys" : $"{type[..^1]}_id")}')").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var rows = await dialog.Locator("[data-rows]").GetAttributeAsync("data-rows");

        var csv = await visitor.DownloadAsync(() => dialog.GetByRole(AriaRole.Link, new() { Name = "Generate CSV" }).ClickAsync());
        var table = CsvReader.Read(await File.ReadAllTextAsync(csv.Path, Encoding.UTF8, TestContext.Current.CancellationToken));
        await dialog.GetByText("The file is being made.").WaitForAsync();
        var xlsx = await visitor.DownloadAsync(() => dialog.GetByRole(AriaRole.Link, new() { Name = "Generate Excel" }).ClickAsync());

        Assert.Equal(rows, (table.Count - 1).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(table[0], await dialog.Locator(".file-columns").First.Locator("code").AllTextContentsAsync());
        Assert.Matches($@"^{type}-usage-alpha-main-\d{{4}}-\d\d-01-\d{{4}}-\d\d-\d\d\.csv$", csv.Name);
        Assert.Equal(Path.ChangeExtension(csv.Name, "xlsx"), xlsx.Name);
        Assert.Equal("PK"u8.ToArray(), (await File.ReadAllBytesAsync(xlsx.Path, TestContext.Current.CancellationToken))[..2]);
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task It_is_used_by_keyboard_alone_and_gives_the_focus_back()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        await visitor.OpenAsync($"{Usage}?range=last-month");
        await page.Locator("#open-export").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("dialog[open] input[value=users]:focus").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await visitor.AddressEndsAsync("export=assistants");
        await page.Locator("input[value=assistants]:focus:checked").WaitForAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Locator("input[value=last-month]:focus").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await visitor.AddressContainsAsync("range=this-week");
        await page.Keyboard.PressAsync("Escape");

        await page.Locator("dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#open-export:focus").WaitForAsync();
        Assert.EndsWith($"{Usage}?range=this-week", page.Url, StringComparison.Ordinal);
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task Days_of_ones_own_a_layout_and_the_scripts_for_them_are_offered()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        var last = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-40);
        await visitor.OpenAsync($"{Usage}?range=last-month&export=users");
        var dialog = page.Locator("dialog[open]");
        await dialog.GetByRole(AriaRole.Radio, new() { Name = "Custom range" }).CheckAsync();
        await dialog.GetByLabel("From", new() { Exact = true }).FillAsync("2020-01-01");
        await dialog.GetByText("Choose a first day from").WaitForAsync();
        await dialog.GetByLabel("From", new() { Exact = true }).FillAsync(Written(last.AddDays(-3)));
        await visitor.AddressContainsAsync($"?from={Written(last.AddDays(-3))}&");
        await dialog.GetByLabel("To", new() { Exact = true }).FillAsync(Written(last));
        await visitor.AddressContainsAsync($"?from={Written(last.AddDays(-3))}&to={Written(last)}&");
        await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Extended layout" }).CheckAsync();
        await visitor.AddressContainsAsync("layout=extended");
        await dialog.GetByRole(AriaRole.Checkbox, new() { Name = "Users without usage too" }).UncheckAsync();
        await page.Locator("#export-curl", new() { HasText = "includeInactive" }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#export-command", new() { HasText = "--include-inactive" }).WaitForAsync(new() { State = WaitForSelectorState.Attached });

        Assert.Contains(
            $"/export/users -H @$HOME/.usageadmin-key -H \"Content-Type: application/json\" -d '{{\"from\":{{\"date\":\"{Written(last.AddDays(-3))}\",\"timezone\":\"Europe/Berlin\"}},\"to\":{{\"date\":\"{Written(last)}\",\"timezone\":\"Europe/Berlin\"}},\"layout\":\"extended\",\"includeInactive\":false}}'",
            await page.Locator("#export-curl").TextContentAsync(), StringComparison.Ordinal);
        Assert.StartsWith("(umask 077;", await page.Locator("#export-key").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(
            $"UsageAdmin export users --workspace alpha-main --from {Written(last.AddDays(-3))} --to {Written(last)} --layout extended --include-inactive false --out users.csv",
            await page.Locator("#export-command").TextContentAsync());
        await dialog.Locator(".file-columns code:text-is('sections')").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Empty(visitor.TakeComplaints());
    }

    [Fact]
    public async Task An_empty_file_and_what_is_left_out_are_said_before()
    {
        await using var lab = await fixture.VisitAsync("wsadmin@alpha.example");
        await lab.OpenAsync("/w/alpha-lab/usage?export=models");
        await lab.Page.GetByText("The file will hold the header alone.").WaitForAsync();
        var download = await lab.DownloadAsync(() => lab.Page.GetByRole(AriaRole.Link, new() { Name = "Generate CSV" }).ClickAsync());
        Assert.Single(CsvReader.Read(await File.ReadAllTextAsync(download.Path, TestContext.Current.CancellationToken)));

        await using var beta = await fixture.VisitAsync("wsadmin@beta.example", "de-DE");
        await beta.OpenAsync("/w/beta-main/usage?range=last-month&export=users");
        await beta.Page.GetByText("Weggelassen: name, email.").WaitForAsync();
        await beta.Page.Locator("dialog").GetByText("Nutzerdefinierten Bereich wählen").WaitForAsync();
        Assert.Equal(["Nutzer", "Assistenten", "Projekte", "Modelle"], await beta.Page.Locator(".choices-types strong").AllInnerTextsAsync());
    }

    [Fact]
    public async Task Days_that_do_not_fit_are_said_and_cannot_be_exported()
    {
        await using var visitor = await fixture.VisitAsync("wsadmin@alpha.example");
        var page = visitor.Page;
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var (first, last) = (today.AddDays(-50), today.AddDays(-40));
        await visitor.OpenAsync($"{Usage}?from={Written(first)}&to={Written(last)}&export=users");
        var dialog = page.Locator("dialog[open]");
        var from = dialog.GetByLabel("From", new() { Exact = true });
        var to = dialog.GetByLabel("To", new() { Exact = true });
        var generate = dialog.Locator(".dialog-footer a");
        await dialog.Locator(".reach", new() { HasText = "Data up to" }).WaitForAsync();
        await dialog.GetByText("User-level data is on").WaitForAsync();
        Assert.Equal(2, await generate.CountAsync());

        await WrongAsync(to, Written(first.AddDays(-1)), "Choose a last day from");
        Assert.Equal(Written(first), await from.InputValueAsync());
        await WrongAsync(to, "", "Choose a last day from");
        await RightAsync(to, Written(last));
        await WrongAsync(from, Written(today.AddMonths(-12).AddDays(-40)), "Choose a first day from");
        await WrongAsync(from, "", "Choose a first day from");
        await RightAsync(from, Written(first));
        await WrongAsync(from, "", "Choose a first day from");
        await dialog.GetByRole(AriaRole.Radio, new() { Name = "This month" }).CheckAsync();
        await generate.Nth(1).WaitForAsync();
        Assert.Contains("to date", await dialog.Locator(".dialog-rows").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(visitor.TakeComplaints());

        async Task WrongAsync(ILocator field, string day, string sentence)
        {
            await field.FillAsync(day);
            await dialog.GetByText(sentence).WaitForAsync();
            await generate.First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
            Assert.Equal(2, await dialog.Locator(".dialog-footer [aria-disabled=true]").CountAsync());
            Assert.Equal(1, await dialog.Locator("[aria-invalid=true]").CountAsync());
            Assert.Equal("true", await field.GetAttributeAsync("aria-invalid"));
        }

        async Task RightAsync(ILocator field, string day)
        {
            await field.FillAsync(day);
            await generate.Nth(1).WaitForAsync();
            Assert.Equal(0, await dialog.Locator("[aria-invalid=true]").CountAsync());
            Assert.Contains($"from={Written(first)}&to={Written(last)}", await generate.First.GetAttributeAsync("href"), StringComparison.Ordinal);
        }
    }

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
