using System.Security.Cryptography;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Organizations;

namespace UsageAdmin.Exports;

/// <summary>What is exported, by whom and how.</summary>
/// <param name="Kind"><c>activity</c> …</param>
/// <param name="Parameters">Range, filters and privacy mode: enough to run it again; goes into history and audit log.</param>
public sealed record ExportStart(
    Organization Organization, Workspace? Workspace, string Kind, string Format, ExportOrigin Origin, Actor Actor,
    IReadOnlyDictionary<string, object?> Parameters);

/// <summary>
/// History and audit of exports: an export is in both before its first byte leaves, and again with its outcome. If that
/// cannot be written, there is no export.
/// </summary>
public sealed class ExportLog(UsageDatabase database, DataDirectory directory, AuditLog audit, TimeProvider time)
{
    /// <param name="downloadName">Of an export that becomes a file of the server; null: of others.</param>
    /// <param name="path">Of a file outside the data directory, whose <see cref="AtomicFile.PartialOf"/> is deleted if the
    /// process dies while it is written; null: of none.</param>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It could not be written down: do not export.</exception>
    public RunningExport Start(ExportStart start, string? downloadName = null, string? path = null)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var owner = OwnerLock.Take(LockOf(id), path is null ? null : AtomicFile.PartialOf(path, id));
        try
        {
            Insert(start, id, downloadName);
            return new RunningExport(this, start, id, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>The file whose lock shows that the process that makes the export lives.</summary>
    internal string LockOf(string publicId) => Path.Combine(directory.Temporary, publicId + LockExtension);

    internal const string LockExtension = ".lock";

    /// <summary>Marks an export that says "running" and has no owner.</summary>
    internal void Interrupt(Export export, Organization organization, Workspace? workspace)
    {
        using var session = database.OpenWrite();
        session.Begin();
        var update = session.Prepare(
            "UPDATE export SET state = ?1, finished_at = ?2 WHERE public_id = ?3 AND state = ?4 RETURNING id")
            .Bind(1, (long)ExportState.Interrupted).Bind(2, Now()).Bind(3, export.PublicId)
            .Bind(4, (long)ExportState.Running);
        var wasRunning = update.Step();
        update.Reset();
        if (wasRunning)
        {
            audit.Append(session, new AuditEntry(
                organization, workspace, Actor.Server, ActionOf(ExportState.Interrupted), export.PublicId,
                Details: new Dictionary<string, object?> { ["kind"] = export.Kind, ["format"] = export.Format }));
        }

        session.Commit();
    }

    internal void End(RunningExport export, ExportOutcome outcome)
    {
        using var session = database.OpenWrite();
        session.Begin();
        session.Prepare(
            """
            UPDATE export SET state = ?1, finished_at = ?2, rows = ?3, bytes = ?4, failure = ?5, sha256 = ?6, totals = ?7,
            file_name = ?8, expires_at = ?9 WHERE public_id = ?10
            """).Bind(1, (long)outcome.State).Bind(2, Now()).Bind(3, outcome.Rows).Bind(4, outcome.Bytes)
            .Bind(5, outcome.Failure).Bind(6, outcome.Sha256)
            .Bind(7, outcome.Totals is { } totals ? JsonSerializer.Serialize(totals) : null).Bind(8, outcome.FileName)
            .Bind(9, outcome.ExpiresAtUtc is { } expires ? UnixMilliseconds.From(expires) : default(long?))
            .Bind(10, export.PublicId).Execute();
        var details = new Dictionary<string, object?> { ["rows"] = outcome.Rows, ["bytes"] = outcome.Bytes };
        if (outcome.Sha256 is not null)
        {
            details["sha256"] = outcome.Sha256;
        }

        if (outcome.Failure is not null)
        {
            details["failure"] = outcome.Failure;
        }

        audit.Append(session, Entry(export.Start, ActionOf(outcome.State), export.PublicId, details));
        session.Commit();
    }

    private void Insert(ExportStart start, string id, string? downloadName)
    {
        using var session = database.OpenWrite();
        session.Begin();
        session.Prepare(
            """
            INSERT INTO export (public_id, organization_id, workspace_id, kind, format, account_id, origin, parameters,
            state, created_at, started_at, download_name, api_key_id, actor_name)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11, ?12, ?13)
            """).Bind(1, id).Bind(2, start.Organization.Id).Bind(3, start.Workspace?.Id).Bind(4, start.Kind)
            .Bind(5, start.Format).Bind(6, start.Actor.AccountId).Bind(7, (long)start.Origin)
            .Bind(8, JsonSerializer.Serialize(start.Parameters)).Bind(9, (long)ExportState.Running).Bind(10, Now())
            .Bind(11, downloadName).Bind(12, start.Actor.ApiKeyId).Bind(13, start.Actor.Name).Execute();
        audit.Append(session, Entry(start, "export.started", id, start.Parameters));
        session.Commit();
    }

    private static string ActionOf(ExportState state) => state switch
    {
        ExportState.Finished => "export.finished",
        ExportState.Cancelled => "export.cancelled",
        ExportState.Interrupted => "export.interrupted",
        _ => "export.failed",
    };

    private static AuditEntry Entry(
        ExportStart start, string action, string target, IReadOnlyDictionary<string, object?> details) => new(
        start.Organization, start.Workspace, start.Actor, action, target,
        Details: new Dictionary<string, object?>(details) { ["kind"] = start.Kind, ["format"] = start.Format });

    private long Now() => UnixMilliseconds.From(time.GetUtcNow().UtcDateTime);
}
