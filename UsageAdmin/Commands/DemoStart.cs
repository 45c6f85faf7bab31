using Microsoft.Extensions.Options;
using UsageAdmin.Accounts;
using UsageAdmin.Data;
using UsageAdmin.Ingest.Demo;

namespace UsageAdmin.Commands;

/// <summary><c>--demo</c>: loads the demo organisations and their accounts while the server starts.</summary>
internal sealed class DemoStart(IOptions<DemoOptions> options)
{
    /// <summary>What to sign in with; null: the server runs without the demo.</summary>
    public (IReadOnlyList<string> Accounts, string Password)? SignIn { get; private set; }

    /// <summary>Registers the load as the first step of the start: setup is for databases that are empty after it.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSettings<DemoOptions>(DemoOptions.Section);
        services.AddSingleton<DemoStart>();
        services.AddSingleton(new StartUpStep((provider, cancellationToken) =>
            provider.GetRequiredService<DemoStart>().RunAsync(provider, cancellationToken)));
    }

    private async Task RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if (!options.Value.Load)
        {
            return;
        }

        using var alone = await ClaimAsync(services.GetRequiredService<UsageDatabase>(), cancellationToken);
        await services.GetRequiredService<DemoData>().LoadAsync(cancellationToken);
        var password = options.Value.Password ?? AccountRegistry.MakeUpPassword();
        var accounts = await services.GetRequiredService<DemoAccounts>().AddAsync(password, cancellationToken);
        SignIn = (accounts, password);
    }

    /// <summary>One server at a time: the next one finds everything there.</summary>
    private static async Task<IDisposable> ClaimAsync(UsageDatabase database, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (database.TryClaim(WriteLock.Demo) is { } claim)
            {
                return claim;
            }

            await Task.Delay(200, cancellationToken);
        }
    }
}
