using System.CommandLine;
using UsageAdmin.Server;

namespace UsageAdmin.Commands;

/// <summary>The program without a verb: the server.</summary>
internal static class ServeCommand
{
    public static void AddTo(RootCommand root, CommandHost host, Option<bool> version)
    {
        var urls = new Option<string>("--urls")
        {
            Description = $"Addresses to listen on, with ; between them [default: {ServerOptions.DefaultUrls}].",
        };
        var demo = new Option<bool>("--demo")
        {
            Description = "Fill the database with the demo organisations first, and print their accounts.",
        };
        root.Add(urls);
        root.Add(demo);
        root.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(version))
            {
                await output.WriteLineAsync(CommandLine.Version);
                return ExitCode.Done;
            }

            var settings = parsed.GetValue(urls) is { } addresses
                ? host.Settings.Append($"--{nameof(ServerOptions.Urls)}={addresses}")
                : host.Settings;
            if (parsed.GetValue(demo))
            {
                settings = settings.Append($"--{DemoOptions.Section}:{nameof(DemoOptions.Load)}=true");
            }

            await using var app = Program.Build(settings);
            await ServeAsync(app, output, cancellationToken);
            return ExitCode.Done;
        });
    }

    private static async Task ServeAsync(WebApplication app, TextWriter output, CancellationToken cancellationToken)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        await app.StartAsync(cancellationToken);
        await output.WriteLineAsync($"UsageAdmin listens on {string.Join(" and ", app.Urls)}");
        await Task.WhenAny(readiness.Settled);
        if (readiness.IsReady)
        {
            await PrintAsync(app.Services.GetRequiredService<DemoStart>(), output);
            await output.WriteLineAsync("Ready. Press Ctrl+C to stop.");
        }

        await app.WaitForShutdownAsync(cancellationToken);
        if (readiness.Settled.IsFaulted)
        {
            await readiness.Settled;
        }
    }

    private static async Task PrintAsync(DemoStart demo, TextWriter output)
    {
        if (demo.SignIn is { } signIn)
        {
            await output.WriteLineAsync("Demo accounts, all with the password " + signIn.Password);
            foreach (var account in signIn.Accounts)
            {
                await output.WriteLineAsync($"  {account}");
            }
        }
    }
}
