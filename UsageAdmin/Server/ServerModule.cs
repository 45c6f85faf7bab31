using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using UsageAdmin.Data;

namespace UsageAdmin.Server;

internal static class ServerModule
{
    /// <summary>How long requests in flight may take to end once the server is asked to stop.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(25);

    /// <param name="settings">From the command line, as <c>--Key=value</c>: they win over environment and appsettings.json.</param>
    public static WebApplicationBuilder CreateBuilder(IEnumerable<string> settings)
    {
        // appsettings.json, wwwroot and the list of static files lie beside the program, wherever it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ServerModule).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. settings],
        });
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(ServerOptions.DefaultUrls);
        }

        builder.WebHost.ConfigureKestrel(Limit);
        return builder;
    }

    public static IServiceCollection AddServer(this IServiceCollection services)
    {
        services.AddSettings<ServerOptions>(ServerOptions.Section);
        services.AddSettings<ProxyOptions>(ProxyOptions.Section);
        services.AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<ProxyOptions>>((forwarded, proxy) => proxy.Value.Apply(forwarded));
        services.AddErrorAnswers();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Readiness>();
        LinkHidingServer.AddTo(services);
        services.AddHostedService<ServerLock>();
        services.AddHostedService<StartUp>();

        // Its entries hold the path of a request that is refused before a signed link's token is hidden.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.None));

        // A failed start is reported in one line by the command line, not as a stack trace by the host.
        services.AddLogging(logging => logging.Services.AddOptions<LoggerFilterOptions>().Configure<IServiceProvider>(
            (options, provider) => options.Rules.Add(new LoggerFilterRule(
                null, "Microsoft.Extensions.Hosting.Internal.Host", null,
                (_, _, level) => level >= LogLevel.Warning
                    && provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested))));
        return services;
    }

    /// <summary>What comes before routing, for every request.</summary>
    public static void UseServer(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseErrorAnswers();
        app.UseStartingPage();
        app.UseOriginCheck();
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        kestrel.Limits.MaxRequestLineSize = 16 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);

        // A download slower than this is cut: it would hold a snapshot of the database for hours.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
