using UsageAdmin.Data;
using UsageAdmin.Ingest.ActivityFile;
using UsageAdmin.Ingest.Api;
using UsageAdmin.Ingest.ChatGpt;
using UsageAdmin.Ingest.Claude;
using UsageAdmin.Ingest.Demo;
using UsageAdmin.Ingest.LibreChat;
using UsageAdmin.Ingest.LiteLlm;
using UsageAdmin.Ingest.Ndjson;
using UsageAdmin.Ingest.OpenWebUi;

namespace UsageAdmin.Ingest;

internal static class IngestModule
{
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<IImportReader, NdjsonReader>();
        services.AddSingleton<IImportReader, ActivityFileReader>();
        services.AddSingleton<IImportReader, ChatGptReader>();
        services.AddSingleton<IImportReader, LibreChatReader>();
        services.AddSingleton<IImportReader, ClaudeReader>();
        services.AddSingleton<IImportReader, LiteLlmReader>();
        services.AddSingleton<IImportReader>(provider => new OpenWebUiReader(
            provider.GetRequiredService<DataDirectory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ImportWriter>();
        services.AddSingleton<ImportService>();
        services.AddSingleton<ImportUndo>();
        services.AddSingleton<ImportAudit>();
        services.AddSingleton<DemoData>();
        services.AddIngestApi();
        return services;
    }
}
