namespace UsageAdmin.Data;

/// <summary>What a feature does once the schema is up to date and before the server is ready; in order of registration.</summary>
public sealed record StartUpStep(Func<IServiceProvider, CancellationToken, Task> RunAsync);
