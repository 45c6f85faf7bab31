using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using UsageAdmin.Exports;

namespace UsageAdmin.Server;

/// <summary>
/// The server, with the tokens of signed links hidden from everything behind it. A middleware would come too late: the host
/// logs the path, and puts it into the scope of all log entries, before the first one runs.
/// </summary>
internal sealed class LinkHidingServer(IServer server) : IServer
{
    public IFeatureCollection Features => server.Features;

    public static void AddTo(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(inner);
        services.AddSingleton<IServer>(provider => new LinkHidingServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)));
    }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new Application<TContext>(application), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    private sealed class Application<TContext>(IHttpApplication<TContext> application) : IHttpApplication<TContext>
        where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            HiddenToken.TakeOutOf(contextFeatures);
            return application.CreateContext(contextFeatures);
        }

        public Task ProcessRequestAsync(TContext context) => application.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception) => application.DisposeContext(context, exception);
    }
}
