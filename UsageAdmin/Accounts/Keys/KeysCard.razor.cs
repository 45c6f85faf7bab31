using System.Globalization;
using Microsoft.AspNetCore.Components;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Accounts.Keys;

/// <summary>
/// The API keys of a workspace: list, create, rotate, revoke. Part of a page without a circuit that requires
/// <see cref="Right.ManageWorkspace"/>, so every post was let in by that right.
/// </summary>
public sealed partial class KeysCard
{
    private IReadOnlyList<ApiKey> _keys = [];
    private List<ApiKey> _current = [];
    private List<ApiKey> _ended = [];
    private ApiScopes _givable;
    private MadeKey? _made;
    private NewKey? _entered;
    private string? _notice;
    private string? _error;

    [Parameter, EditorRequired]
    public Organization Organization { get; set; } = default!;

    [Parameter, EditorRequired]
    public Workspace Workspace { get; set; } = default!;

    /// <summary>Of the page.</summary>
    [Parameter, EditorRequired]
    public string Path { get; set; } = "";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    private string Action => $"{Path}#keys";

    private TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(Organization.TimeZone);

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _givable = await Rights.GivableAsync(
            Http.User, Workspace.PublicId, Organization.PublicId, Http.RequestAborted);
        _keys = await Keys.ListAsync(Workspace, Http.RequestAborted);
        _ended = [.. _keys.Where(k => Keys.StateOf(k) is KeyState.Expired or KeyState.Revoked)];
        _current = [.. _keys.Except(_ended)];
    }

    private async Task CreateAsync()
    {
        var form = Http.Request.Form;
        _entered = new NewKey(
            form["name"].ToString(), form["scope"].Aggregate(ApiScopes.None, (all, s) => all | KeyScopes.Find(s ?? "")))
        {
            ExpiresInDays = int.TryParse(form["days"], CultureInfo.InvariantCulture, out var days) ? days : 0,
        };
        await TryAsync(() => _made = Keys.Create(Organization, Workspace, _entered, Http.Actor(), _givable));
    }

    private async Task ActAsync()
    {
        var form = Http.Request.Form;
        if (form["revoke"].ToString() is { Length: > 0 } revoked)
        {
            await TryAsync(() =>
            {
                Keys.Revoke(Organization, Workspace, revoked, Http.Actor());
                _notice = T["Revoked"];
            });
        }
        else
        {
            var rotated = form["rotate"].ToString();
            var hours = int.TryParse(form[$"grace-{rotated}"], CultureInfo.InvariantCulture, out var entered) ? entered : -1;
            await TryAsync(() => _made = Keys.Rotate(
                Organization, Workspace, rotated, TimeSpan.FromHours(hours), Http.Actor(), _givable));
        }
    }

    private async Task TryAsync(Action act)
    {
        try
        {
            act();
            _entered = null;
        }
        catch (InvalidKeyException e)
        {
            _error = T[$"Refused.{e.Field}"];
        }

        await LoadAsync();
    }

    private string? SuccessorOf(ApiKey key) => _keys.FirstOrDefault(k => k.Id == key.SuccessorId)?.PublicPart();
}
