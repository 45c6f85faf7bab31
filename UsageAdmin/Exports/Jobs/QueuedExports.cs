using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports.Jobs;

/// <summary>
/// Exports that are to be made in the background. The queue is the history itself, so it outlives the process.
/// </summary>
public sealed class QueuedExports(
    ExportLog exports, IEnumerable<JobKind> kinds, IDbContextFactory<UsageDbContext> contexts) : IDisposable
{
    /// <summary>Of one organisation, before further ones are refused.</summary>
    public const int MostQueued = 20;

    private readonly SemaphoreSlim _news = new(0);

    /// <returns>The export's public id; null: the organisation has too many in the queue.</returns>
    /// <exception cref="ArgumentException">It was not asked for by an account: nobody's right could be checked again.</exception>
    public string? Add(ExportStart start, string downloadName)
    {
        if (start.Actor.AccountId is null || start.Actor.ApiKeyId is not null)
        {
            throw new ArgumentException("Only accounts queue exports.", nameof(start));
        }

        var id = exports.Queue(start with { Origin = ExportOrigin.Background }, downloadName, MostQueued);
        if (id is not null)
        {
            Wake();
        }

        return id;
    }

    /// <summary>Whether exports of a kind can be made in the background.</summary>
    internal bool Knows(string kind) => kinds.Any(k => k.Kind == kind);

    /// <summary>Null: the kind is unknown, or the parameters cannot be met (any more). Dispose it.</summary>
    internal JobExport? Prepare(FoundExport export, Actor actor)
    {
        using var parameters = JsonDocument.Parse(export.Export.Parameters);
        return kinds.FirstOrDefault(k => k.Kind == export.Export.Kind)?.Prepare(new JobRequest(
            export.Organization, export.Workspace, export.Export.Format, parameters.RootElement, actor));
    }

    /// <summary>In the order in which they were asked for.</summary>
    internal async Task<IReadOnlyList<QueuedExport>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Exports.Where(e => e.State == ExportState.Queued && e.Origin == ExportOrigin.Background)
            .OrderBy(e => e.CreatedAtUtc).ThenBy(e => e.Id)
            .Select(e => new QueuedExport(e.PublicId, e.OrganizationId)).ToListAsync(cancellationToken);
    }

    /// <summary>There may be something to do.</summary>
    internal void Wake() => _news.Release();

    /// <summary>Waits for <see cref="Wake"/>, and at most that long.</summary>
    internal Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) =>
        _news.WaitAsync(longest, cancellationToken);

    public void Dispose() => _news.Dispose();
}

internal sealed record QueuedExport(string PublicId, long OrganizationId);
