using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Data.PostgreSql;
using UsageAdmin.Data.Schema;
using UsageAdmin.Data.Sqlite;
using UsageAdmin.Organizations;
using UsageAdmin.Server;

namespace UsageAdmin.Tests.Support;

/// <summary>
/// The real program on real Kestrel, on a free port of the loopback address, in a data directory of its own. With the
/// organisations, workspaces and accounts of the demo but none of its data: <c>gamma</c> has no exports, <c>beta</c> no
/// user-level data. Usable as a class or collection fixture.
/// </summary>
public sealed class UsageAdminApp : IAsyncLifetime
{
    public const string Password = "correct horse battery";

    private readonly string _root;
    private readonly string[] _settings;
    private readonly bool _isEmpty;
    private Action<WebApplication>? _map;
    private Action<IServiceCollection>? _configure;
    private WebApplication? _app;
    private string? _connectionString;

    /// <summary>Database and directory are another server's, who cleans them up.</summary>
    private bool _isBeside;

    public UsageAdminApp()
        : this(isEmpty: false)
    {
    }

    private UsageAdminApp(bool isEmpty, params string[] settings)
        : this(Path.Combine(Path.GetTempPath(), $"usageadmin-{Guid.NewGuid():N}"), isEmpty, settings)
    {
    }

    private UsageAdminApp(string root, bool isEmpty, string[] settings)
    {
        _root = root;
        _isEmpty = isEmpty;
        _settings =
        [
            $"--DataDirectory={DataDirectory}", "--Urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None",
            "--Logging:LogLevel:Microsoft=None", .. settings,
        ];
    }

    public string DataDirectory => Path.Combine(_root, "data");

    public Uri BaseAddress => new(_app!.Urls.First());

    public IServiceProvider Services => _app!.Services;

    private IReadOnlyList<string> Settings =>
        _connectionString is null ? _settings : [.. TestEngine.Settings(_connectionString), .. _settings];

    /// <summary>A server of its own; dispose it.</summary>
    /// <param name="settings">As <c>--Key=value</c>.</param>
    public static async Task<UsageAdminApp> StartAsync(params string[] settings)
    {
        var app = new UsageAdminApp(isEmpty: false, settings);
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A server with routes that the program does not have; dispose it.</summary>
    public static async Task<UsageAdminApp> StartWithAsync(Action<WebApplication> map, params string[] settings)
    {
        var app = new UsageAdminApp(isEmpty: false, settings) { _map = map };
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A server with services that the program does not have; dispose it.</summary>
    public static async Task<UsageAdminApp> StartWithServicesAsync(
        Action<IServiceCollection> configure, params string[] settings)
    {
        var app = new UsageAdminApp(isEmpty: false, settings) { _configure = configure };
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A server on an empty database, as on the first start; dispose it.</summary>
    public static async Task<UsageAdminApp> StartEmptyAsync(params string[] settings)
    {
        var app = new UsageAdminApp(isEmpty: true, settings);
        await app.InitializeAsync();
        return app;
    }

    /// <summary>A second server on the same database and directory; dispose it first. Not on SQLite.</summary>
    public async Task<UsageAdminApp> StartBesideAsync()
    {
        var app = new UsageAdminApp(_root, isEmpty: true, []) { _connectionString = _connectionString, _isBeside = true };
        await app.BuildAsync();
        return app;
    }

    public async ValueTask InitializeAsync()
    {
        if (!_isEmpty)
        {
            await Template.CopyAsync(this);
        }
        else if (TestEngine.IsPostgreSql)
        {
            _connectionString = await TestEngine.CreateEmptyAsync();
        }

        await BuildAsync();
    }

    /// <summary>Stops the server and starts it again on the same data directory; the port changes.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>After <see cref="StopAsync"/>, on the same data directory.</summary>
    public Task StartAgainAsync() => BuildAsync();

    /// <summary>A client that follows no redirect and keeps cookies, not signed in.</summary>
    public HttpClient NewClient() => NewClient(new CookieContainer());

    /// <summary>A client that follows no redirect, signed in without the sign-in page.</summary>
    public async Task<HttpClient> SignInAsync(string email)
    {
        var cookies = new CookieContainer();
        cookies.Add(await SessionCookieAsync(email));
        return NewClient(cookies);
    }

    /// <summary>The session cookie of a signed-in browser.</summary>
    public async Task<Cookie> SessionCookieAsync(string email)
    {
        var principal = await PrincipalAsync(email);
        var scheme = IdentityConstants.ApplicationScheme;
        var options = Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(scheme);
        var now = DateTimeOffset.UtcNow;
        var ticket = new AuthenticationTicket(
            principal, new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(8) }, scheme);
        return new Cookie(options.Cookie.Name!, options.TicketDataFormat.Protect(ticket), "/", BaseAddress.Host);
    }

    /// <summary>Who a signed-in browser is.</summary>
    public async Task<ClaimsPrincipal> PrincipalAsync(string email)
    {
        await using var scope = Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email)
            ?? throw new ArgumentException($"There is no account {email}.", nameof(email));
        return await scope.ServiceProvider.GetRequiredService<SignInManager<Account>>().CreateUserPrincipalAsync(account);
    }

    /// <summary>For a command on the same database and directory, as <c>--Key=value</c>.</summary>
    public string[] WhereItIs =>
        [$"--DataDirectory={DataDirectory}", .. _connectionString is null ? [] : TestEngine.Settings(_connectionString)];

    /// <summary>The server's database, also while there is no server.</summary>
    public UsageDatabase OpenDatabase() => _connectionString is null
        ? new SqliteDatabase(new DataDirectory(new ConfigurationBuilder()
            .AddInMemoryCollection([new(UsageAdmin.Data.DataDirectory.Setting, DataDirectory)]).Build()))
        : new PostgreSqlDatabase(_connectionString);

    public async Task<UsageDbContext> ContextAsync() =>
        await Services.GetRequiredService<IDbContextFactory<UsageDbContext>>().CreateDbContextAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_isBeside)
        {
            return;
        }

        if (_connectionString is null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        }
        else
        {
            await TestEngine.DropAsync(_connectionString);
        }

        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    public HttpClient NewClient(CookieContainer cookies)
    {
#pragma warning disable CA2000 // The client disposes of it.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies };
#pragma warning restore CA2000
        return new HttpClient(handler) { BaseAddress = BaseAddress };
    }

    private async Task BuildAsync()
    {
        _app = Program.Build(Settings, _configure);
        _map?.Invoke(_app);
        await _app.StartAsync();
        await Services.GetRequiredService<Readiness>().Settled;
    }

    /// <summary>As SIGTERM does.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    private async Task SetUpAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var registry = scope.ServiceProvider.GetRequiredService<OrganizationRegistry>();
        foreach (var (organization, workspaces) in DemoAccounts.Workspaces)
        {
            await registry.AddAsync(new NewOrganization(
                organization, organization, organization == "beta" ? "UTC" : "Europe/Berlin")
            {
                ExportsEnabled = organization != "gamma",
            });
            foreach (var workspace in workspaces)
            {
                await registry.AddWorkspaceAsync(workspace, organization, workspace);
            }
        }

        await using var db = await ContextAsync();
        await db.Organizations.Where(o => o.PublicId == "beta")
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.UserLevelData, false));
        await scope.ServiceProvider.GetRequiredService<DemoAccounts>().AddAsync(Password);
    }

    /// <summary>The database with organisations and accounts, made once per run of the tests and copied for each server: the
    /// path of a file, or a connection string.</summary>
    private static class Template
    {
        private static readonly Lazy<Task<string>> Made = new(MakeAsync);

        public static async Task CopyAsync(UsageAdminApp app)
        {
            Directory.CreateDirectory(app.DataDirectory);
            if (TestEngine.IsPostgreSql)
            {
                app._connectionString = await TestEngine.CopyAsync(await Made.Value);
            }
            else
            {
                File.Copy(await Made.Value, Path.Combine(app.DataDirectory, "usageadmin.db"));
            }
        }

        private static async Task<string> MakeAsync()
        {
            await using var app = await StartEmptyAsync();
            await app.SetUpAsync();
            if (TestEngine.IsPostgreSql)
            {
                await app.StopAsync();
                var made = await TestEngine.CopyAsync(app._connectionString!);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => TestEngine.DropAsync(made).GetAwaiter().GetResult();
                return made;
            }

            var copy = Path.GetTempFileName();
            await using var db = await app.ContextAsync();
            File.Delete(copy);
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}");
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(copy);
            return copy;
        }
    }
}
