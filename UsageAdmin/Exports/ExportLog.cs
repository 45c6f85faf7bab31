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
public sealed class ExportLog(
    UsageDatabase database, DataDirectory directory, AuditLog audit, ExportWatch watch, TimeProvider time)
{
    /// <param name="downloadName">Of an export that becomes a file of the server; null: of others.</param>
    /// <param name="path">Of a file outside the data directory, whose <see cref="AtomicFile.PartialOf"/> is deleted if the
    /// process dies while it is written; null: of none.</param>
    /// <exception cref="System.Data.Common.DbException">It could not be written down: do not export.</exception>
    public RunningExport Start(ExportStart start, string? downloadName = null, string? path = null)
    {
        var id = NewId();
        return Own(start, id, path is null ? null : AtomicFile.PartialOf(path, id), session =>
        {
            Insert(session, start, id, ExportState.Running, downloadName);
            audit.Append(session, Entry(start, "export.started", id, start.Parameters));
            return true;
        })!;
    }

    /// <summary>Starts one that was queued; null: it is not queued any more, or another server is just starting it.</summary>
    /// <param name="start">As it can be made now.</param>
    internal RunningExport? StartQueued(ExportStart start, string publicId, string downloadName) =>
        Own(start, publicId, null, session =>
        {
            var update = session.Prepare(
                $"""
                UPDATE export SET state = ?1, started_at = ?2, parameters = ?3, download_name = ?4
                WHERE id = (SELECT id FROM export WHERE public_id = ?5 AND state = ?6 {session.Sql.UnlessTaken}) RETURNING id
                """).Bind(1, (long)ExportState.Running).Bind(2, Now()).Bind(3, JsonSerializer.Serialize(start.Parameters))
                .Bind(4, downloadName).Bind(5, publicId).Bind(6, (long)ExportState.Queued);

            // A lock can be left of a process that was killed before its transaction was committed.
            if (!Changes(update) || !OwnerLock.TryClear(LockOf(publicId)))
            {
                return false;
            }

            audit.Append(session, Entry(start, "export.started", publicId, start.Parameters));
            return true;
        });

    /// <summary>Queues it; null: its organisation has that many in the queue already.</summary>
    /// <returns>The export's public id.</returns>
    internal string? Queue(ExportStart start, string downloadName, int mostOfOrganization)
    {
        using var session = database.OpenWrite();
        session.Begin(WriteLock.Queue(start.Organization.Id));
        var queued = session.Prepare("SELECT count(*) FROM export WHERE state = ?1 AND organization_id = ?2")
            .Bind(1, (long)ExportState.Queued).Bind(2, start.Organization.Id);
        queued.Step();
        var isFull = queued.Number(0) >= mostOfOrganization;
        queued.Reset();
        if (isFull)
        {
            return null;
        }

        var id = NewId();
        Insert(session, start, id, ExportState.Queued, downloadName);
        audit.Append(session, Entry(start, "export.queued", id, start.Parameters));
        session.Commit();
        return id;
    }

    /// <summary>Ends one that was queued before it starts. False: it is not queued any more.</summary>
    /// <param name="actor">Whoever cancels it, or the server.</param>
    /// <param name="failure">Null: it is cancelled.</param>
    internal bool EndQueued(FoundExport export, Actor actor, string? failure)
    {
        var state = failure is null ? ExportState.Cancelled : ExportState.Failed;
        using var session = database.OpenWrite();
        session.Begin();
        var update = session.Prepare(
            "UPDATE export SET state = ?1, finished_at = ?2, failure = ?3 WHERE public_id = ?4 AND state = ?5 RETURNING id")
            .Bind(1, (long)state).Bind(2, Now()).Bind(3, failure).Bind(4, export.Export.PublicId)
            .Bind(5, (long)ExportState.Queued);
        if (!Changes(update))
        {
            return false;
        }

        audit.Append(session, Entry(export, actor, ActionOf(state), failure is null ? [] : [new("failure", failure)]));
        session.Commit();
        return true;
    }

    /// <summary>Ends it if it is queued; if it runs, in whatever process, asks for it to stop.</summary>
    /// <returns>False: it has ended already, and nothing happens.</returns>
    internal bool Cancel(FoundExport export, Actor actor)
    {
        if (EndQueued(export, actor, failure: null))
        {
            return true;
        }

        using var session = database.OpenWrite();
        session.Begin();
        var update = session.Prepare(
            """
            UPDATE export SET cancel_requested_at = ?1
            WHERE public_id = ?2 AND state = ?3 AND cancel_requested_at IS NULL RETURNING id
            """).Bind(1, Now()).Bind(2, export.Export.PublicId).Bind(3, (long)ExportState.Running);
        if (Changes(update))
        {
            audit.Append(session, Entry(export, actor, "export.cancel-requested", []));
            session.Commit();
            return true;
        }

        // Somebody may have asked for it before.
        return Changes(session.Prepare("SELECT 1 FROM export WHERE public_id = ?1 AND state = ?2")
            .Bind(1, export.Export.PublicId).Bind(2, (long)ExportState.Running));
    }

    /// <summary>The file whose lock shows that the process that makes the export lives.</summary>
    internal string LockOf(string publicId) => Path.Combine(directory.Temporary, publicId + LockExtension);

    internal const string LockExtension = ".lock";

    /// <summary>Marks an export that says "running" and has no owner.</summary>
    internal void Interrupt(FoundExport export)
    {
        using var session = database.OpenWrite();
        session.Begin();
        var update = session.Prepare(
            "UPDATE export SET state = ?1, finished_at = ?2 WHERE public_id = ?3 AND state = ?4 RETURNING id")
            .Bind(1, (long)ExportState.Interrupted).Bind(2, Now()).Bind(3, export.Export.PublicId)
            .Bind(4, (long)ExportState.Running);
        if (Changes(update))
        {
            audit.Append(session, Entry(export, Actor.Server, ActionOf(ExportState.Interrupted), []));
        }

        session.Commit();
    }

    /// <summary>Its file is not kept any longer; the row stays as history.</summary>
    internal void Expire(FoundExport export)
    {
        using var session = database.OpenWrite();
        session.Begin();
        var update = session.Prepare("UPDATE export SET file_name = NULL WHERE public_id = ?1 AND file_name IS NOT NULL RETURNING id")
            .Bind(1, export.Export.PublicId);
        if (Changes(update))
        {
            audit.Append(session, Entry(export, Actor.Server, "export.expired", []));
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

    /// <summary>It has ended, or its end could not be written down.</summary>
    internal void Forget(RunningExport export) => watch.Remove(export);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>
    /// Writes the start down; null: <paramref name="write"/> said no. The export's lock is taken before others can see that it
    /// runs, and by whoever has its row alone.
    /// </summary>
    private RunningExport? Own(ExportStart start, string id, string? partial, Func<UsageSession, bool> write)
    {
        using var session = database.OpenWrite();
        session.Begin();
        if (!write(session))
        {
            return null;
        }

        var owner = OwnerLock.Take(LockOf(id), partial);
        var export = default(RunningExport);
        try
        {
            session.Commit();
            export = new RunningExport(this, start, id, owner);
            watch.Add(export);
            return export;
        }
        finally
        {
            if (export is null)
            {
                owner.Dispose();
            }
        }
    }

    private void Insert(UsageSession session, ExportStart start, string id, ExportState state, string? downloadName) =>
        session.Prepare(
            """
            INSERT INTO export (public_id, organization_id, workspace_id, kind, format, account_id, origin, parameters,
            state, created_at, started_at, download_name, api_key_id, actor_name)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """).Bind(1, id).Bind(2, start.Organization.Id).Bind(3, start.Workspace?.Id).Bind(4, start.Kind)
            .Bind(5, start.Format).Bind(6, start.Actor.AccountId).Bind(7, (long)start.Origin)
            .Bind(8, JsonSerializer.Serialize(start.Parameters)).Bind(9, (long)state).Bind(10, Now())
            .Bind(11, state == ExportState.Queued ? default(long?) : Now()).Bind(12, downloadName)
            .Bind(13, start.Actor.ApiKeyId).Bind(14, start.Actor.Name).Execute();

    /// <summary>Runs an update that returns what it changes.</summary>
    private static bool Changes(Statement update)
    {
        try
        {
            return update.Step();
        }
        finally
        {
            update.Reset();
        }
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
        start.Organization.Id, start.Workspace?.Id, start.Actor, action, target,
        Details: new Dictionary<string, object?>(details) { ["kind"] = start.Kind, ["format"] = start.Format });

    private static AuditEntry Entry(
        FoundExport export, Actor actor, string action, IEnumerable<KeyValuePair<string, object?>> details) => new(
        export.Organization.Id, export.Workspace?.Id, actor, action, export.Export.PublicId,
        Details: new Dictionary<string, object?>(details)
        {
            ["kind"] = export.Export.Kind,
            ["format"] = export.Export.Format,
        });

    private long Now() => UnixMilliseconds.From(time.GetUtcNow().UtcDateTime);
}
