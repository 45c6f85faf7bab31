using System.Globalization;
using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Exports.Jobs;
using UsageAdmin.Exports.Tables;
using UsageAdmin.Organizations;

namespace UsageAdmin.Audit;

/// <summary>Makes files of the audit log: the entries that the page shows for the same filter, oldest first, with their hashes.</summary>
public sealed class AuditExport(UsageDatabase database, AuditQuery query, Pseudonyms pseudonyms, TimeProvider time)
{
    public const string Kind = "audit";

    /// <summary>As they stand in URLs and file names.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "json"];

    /// <summary>
    /// Checks what is asked for. Null: it cannot be exported, and <paramref name="problems"/> says which field is wrong and
    /// what would be right.
    /// </summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    public FileExport? Prepare(
        AuditScope scope, AuditFilter filter, string format, ExportOrigin origin, Actor actor,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        AuditSelection selection;
        using (var session = database.OpenRead())
        {
            selection = AuditSelection.Resolve(session, scope, filter, pseudonyms, time, out problems);
        }

        if (problems.Count > 0)
        {
            return null;
        }

        var parameters = new Dictionary<string, object?>
        {
            ["from"] = selection.Days?.From,
            ["to"] = selection.Days?.To,
            ["timezone"] = scope.Organization.TimeZone,
            ["action"] = filter.Group,
            ["actor"] = filter.Actor,
            ["workspaces"] = filter.Workspace is { } workspace ? [workspace] : Array.Empty<string>(),
            ["users"] = filter.Person is { } person ? [person] : Array.Empty<string>(),
            ["lastEntry"] = selection.LastNo,
            ["privacy"] = scope.Identified ? "identified" : "pseudonymous",
        };
        var days = selection.Days is { } range
            ? FormattableString.Invariant($"{range.From:yyyy-MM-dd}-{range.To:yyyy-MM-dd}")
            : "all";
        return new FileExport(
            new ExportStart(scope.Organization, null, Kind, format, origin, actor, parameters),
            $"audit-{scope.Organization.PublicId}-{days}.{format}", ContentTypes.Of(format),
            (file, cancellationToken) => Write(file, scope, selection, parameters, format, cancellationToken));
    }

    /// <summary>The same from what history holds of it; null: it cannot be made any more.</summary>
    internal JobExport? Prepare(JobRequest request)
    {
        var scope = query.ScopeAsync(request.Organization).GetAwaiter().GetResult();
        var filter = new AuditFilter
        {
            Days = Day(request.Text("from")) is { } from && Day(request.Text("to")) is { } to ? new DateRange(from, to) : null,
            Group = request.Text("action"),
            Actor = request.Text("actor"),
            Workspace = request.Texts("workspaces") is [var workspace, ..] ? workspace : null,
            Person = request.Texts("users") is [var person, ..] ? person : null,
        };
        var export = Prepare(scope, filter, request.Format, ExportOrigin.Background, request.Actor, out _);
        return export is null ? null : JobExport.Of(export);
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private ExportedRows Write(
        Stream file, AuditScope scope, AuditSelection selection, Dictionary<string, object?> parameters, string format,
        CancellationToken cancellationToken)
    {
        using var session = database.OpenRead();
        var lines = selection.Read(session);
        return new ExportedRows(format == "json"
            ? WriteJson(file, scope, lines, parameters, cancellationToken)
            : CsvFile.Write(file, new Table<AuditLine>(Kind, Columns(scope), lines), cancellationToken));
    }

    private static IReadOnlyList<Column<AuditLine>> Columns(AuditScope scope) =>
    [
        new("no", ColumnKind.Integer, line => Cell.Integer(line.No)),
        new("at", ColumnKind.Text, line => Cell.Text(Time(line.AtUtc))),
        new("workspace_id", ColumnKind.Text, line => Cell.Text(scope.WorkspaceOf(line.WorkspaceId)?.PublicId)),
        new("actor", ColumnKind.Text, line => Cell.Text(line.Actor)),
        new("actor_name", ColumnKind.Text, line => Cell.Text(line.ActorName)),
        new("action", ColumnKind.Text, line => Cell.Text(line.Action)),
        new("target", ColumnKind.Text, line => Cell.Text(line.Target)),
        new("concerned_user_id", ColumnKind.Text, line => Cell.Text(line.Concerned?.Id)),
        new("remote_address", ColumnKind.Text, line => Cell.Text(line.RemoteAddress)),
        new("details", ColumnKind.Json, line => Cell.Text(line.Details)),
        new("hash", ColumnKind.Text, line => Cell.Text(line.Hash)),
    ];

    /// <summary>Its closing bracket is written on success alone.</summary>
    private static long WriteJson(
        Stream file, AuditScope scope, IEnumerable<AuditLine> lines, Dictionary<string, object?> parameters,
        CancellationToken cancellationToken)
    {
        // No `using`: Dispose would write what is left although the rows fail.
        var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteString("organizationId", scope.Organization.PublicId);
        json.WritePropertyName("filters");
        JsonSerializer.Serialize(json, parameters);
        json.WriteStartArray("entries");
        var count = 0L;
        foreach (var line in lines)
        {
            Write(json, scope, line);
            if (++count % 256 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return count;
    }

    private static void Write(Utf8JsonWriter json, AuditScope scope, AuditLine line)
    {
        json.WriteStartObject();
        json.WriteNumber("no", line.No);
        json.WriteString("at", Time(line.AtUtc));
        json.WriteString("workspaceId", scope.WorkspaceOf(line.WorkspaceId)?.PublicId);
        json.WriteString("actor", line.Actor);
        json.WriteString("actorName", line.ActorName);
        json.WriteString("action", line.Action);
        json.WriteString("target", line.Target);
        json.WriteString("concernedUserId", line.Concerned?.Id);
        json.WriteString("remoteAddress", line.RemoteAddress);
        json.WritePropertyName("details");
        json.WriteRawValue(line.Details);
        json.WriteString("hash", line.Hash);
        json.WriteEndObject();
    }

    private static string Time(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
