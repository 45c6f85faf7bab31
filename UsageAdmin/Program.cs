using System.CommandLine;
using UsageAdmin.Accounts;
using UsageAdmin.Activity;
using UsageAdmin.Analytics;
using UsageAdmin.Audit;
using UsageAdmin.Commands;
using UsageAdmin.Components;
using UsageAdmin.Data;
using UsageAdmin.Exports;
using UsageAdmin.Ingest;
using UsageAdmin.Ingest.Api;
using UsageAdmin.Ingest.Jobs;
using UsageAdmin.Ingest.Page;
using UsageAdmin.Ingest.Uploads;
using UsageAdmin.Organizations;
using UsageAdmin.Server;
using UsageAdmin.Server.OpenApi;
using UsageAdmin.Usage;
using UsageAdmin.Usage.Api;

namespace UsageAdmin;

/// <summary>Table of contents: the verbs of the command line, the features' services, their routes.</summary>
internal static class Program
{
    /// <summary>What the command line can do beside serving.</summary>
    public static IEnumerable<Command> Verbs(CommandHost host) =>
    [
        OrganizationCommand.Create(host),
        WorkspaceCommand.Create(host),
        AccountCommand.Create(host),
        KeyCommand.Create(host),
        ImportCommand.Create(host),
        UndoImportCommand.Create(host),
        GenerateCommand.Create(host),
        ExportCommand.Create(host),
        MigrateCommand.Create(host),
    ];

    /// <summary>The server, not yet started; commands use its services alone.</summary>
    /// <param name="settings">As <c>--Key=value</c>.</param>
    /// <param name="configure">Adds services, for tests; null: none.</param>
    public static WebApplication Build(IEnumerable<string> settings, Action<IServiceCollection>? configure = null)
    {
        var builder = ServerModule.CreateBuilder(settings);
        builder.Services.AddServer();
        builder.Services.AddData();
        DemoStart.AddTo(builder.Services);
        builder.Services.AddOrganizations();
        builder.Services.AddAccounts();
        builder.Services.AddExports();
        builder.Services.AddActivity();
        builder.Services.AddAnalytics();
        builder.Services.AddAudit();
        builder.Services.AddUsage();
        builder.Services.AddUsageApi();
        builder.Services.AddIngest();
        builder.Services.AddUploads();
        builder.Services.AddImportJobs();
        builder.Services.AddComponents();
        builder.Services.AddKeyRing();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseServer();
        app.UseLanguages();
        app.UseRouting();
        app.UseAccounts();
        app.MapHealth();
        app.MapOpenApi();
        app.MapAccounts();
        app.MapExports();
        app.MapLinks();
        app.MapActivity();
        app.MapAnalytics();
        app.MapAudit();
        app.MapUsage();
        app.MapUsageApi();
        app.MapIngestApi();
        app.MapUploads();
        app.MapImports();
        app.MapComponents();
        return app;
    }

    private static Task<int> Main(string[] args) => CommandLine.RunAsync(args, Console.Out, Console.Error);
}
