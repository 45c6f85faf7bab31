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
public sealed class ExportLog(UsageDatabase database, AuditLog audit, TimeProvider time)
{
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It could not be written down: do not export.</exception>
    public RunningExport Start(ExportStart start)
    {
        var export = new RunningExport(this, start, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)));
        var now = Now();
        using var session = database.OpenWrite();
        session.Begin();
        session.Prepare(
            """
            INSERT INTO export (public_id, organization_id, workspace_id, kind, format, account_id, origin, parameters,
            state, created_at, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
            """).Bind(1, export.PublicId).Bind(2, start.Organization.Id).Bind(3, start.Workspace?.Id).Bind(4, start.Kind)
            .Bind(5, start.Format).Bind(6, start.Actor.AccountId).Bind(7, (long)start.Origin)
            .Bind(8, JsonSerializer.Serialize(start.Parameters)).Bind(9, (long)ExportState.Running).Bind(10, now).Execute();
        audit.Append(session, Entry(start, "export.started", export.PublicId, start.Parameters));
        session.Commit();
        return export;
    }

    /// <summary>Exports that were running when the process ended are marked so. For the start of the server.</summary>
    public void MarkInterrupted()
    {
        using var session = database.OpenWrite();
        session.Begin();
        session.Prepare("UPDATE export SET state = ?1, finished_at = ?2 WHERE state = ?3 AND origin <> ?4")
            .Bind(1, (long)ExportState.Interrupted).Bind(2, Now()).Bind(3, (long)ExportState.Running)
            .Bind(4, (long)ExportOrigin.Command).Execute();
        session.Commit();
    }

    internal void End(RunningExport export, ExportState state, long? rows, long? bytes, string? failure)
    {
        using var session = database.OpenWrite();
        session.Begin();
        session.Prepare(
            "UPDATE export SET state = ?1, finished_at = ?2, rows = ?3, bytes = ?4, failure = ?5 WHERE public_id = ?6")
            .Bind(1, (long)state).Bind(2, Now()).Bind(3, rows).Bind(4, bytes).Bind(5, failure).Bind(6, export.PublicId)
            .Execute();
        var details = new Dictionary<string, object?> { ["rows"] = rows, ["bytes"] = bytes };
        if (failure is not null)
        {
            details["failure"] = failure;
        }

        audit.Append(session, Entry(
            export.Start, state == ExportState.Finished ? "export.finished" : "export.failed", export.PublicId, details));
        session.Commit();
    }

    private static AuditEntry Entry(
        ExportStart start, string action, string target, IReadOnlyDictionary<string, object?> details) => new(
        start.Organization, start.Workspace, start.Actor, action, target,
        Details: new Dictionary<string, object?>(details) { ["kind"] = start.Kind, ["format"] = start.Format });

    private long Now() => UnixMilliseconds.From(time.GetUtcNow().UtcDateTime);
}

/// <summary>An export on its way. It ends once.</summary>
public sealed class RunningExport(ExportLog log, ExportStart start, string publicId)
{
    private bool _ended;

    public string PublicId { get; } = publicId;

    internal ExportStart Start { get; } = start;

    public void Finish(long rows, long bytes) => End(ExportState.Finished, rows, bytes, null);

    /// <param name="failure">One of few short reasons; details belong in the log.</param>
    public void Fail(string failure) => End(ExportState.Failed, null, null, failure);

    /// <exception cref="InvalidOperationException">It has ended already.</exception>
    private void End(ExportState state, long? rows, long? bytes, string? failure)
    {
        if (_ended)
        {
            throw new InvalidOperationException($"Export {PublicId} has ended already.");
        }

        log.End(this, state, rows, bytes, failure);
        _ended = true;
    }
}
