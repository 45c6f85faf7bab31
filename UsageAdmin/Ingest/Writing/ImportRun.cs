using System.Text.Json;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>One import from its first batch to its end.</summary>
internal sealed class ImportRun
{
    private readonly ImportScope _scope;
    private readonly PendingRecords _pending;
    private readonly DimensionWriter _dimensions;
    private readonly MembershipWriter _memberships;
    private readonly EventWriter _events;
    private readonly ConversationWriter _conversations;
    private long _position;

    private ImportRun(ImportScope scope, string? defaultUserEmail)
    {
        _scope = scope;
        var identities = new Identities(scope, defaultUserEmail);
        var history = new AttributeHistory(scope);
        _pending = new PendingRecords(scope);
        _memberships = new MembershipWriter(scope, identities, history);
        _dimensions = new DimensionWriter(scope, identities, history, _memberships);
        _events = new EventWriter(scope, identities);
        _conversations = new ConversationWriter(scope, identities, _events, _pending, defaultUserEmail is not null);
    }

    public ImportReport Report => _scope.Report;

    /// <summary>Makes the import's row, and its source where that is new.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    public static ImportRun Start(UsageSession session, ImportRequest request, HeaderItem? header, DateTime nowUtc)
    {
        session.Begin();
        var (workspaceId, organizationId, zone) = FindWorkspace(session, request.WorkspacePublicId);
        var name = request.SourceName ?? header?.Source ?? request.Format;
        var now = UnixMilliseconds.From(nowUtc);
        var sourceId = FindOrMakeSource(session, workspaceId, name, request.Format);
        var importId = session.Prepare(
                """
                INSERT INTO import (workspace_id, source_id, format, file_name, state, started_at, position,
                    conversations_created, conversations_changed, conversations_unchanged, messages_written,
                    records_refused, months_moved, counts, account_id)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, '', '{}', ?7) RETURNING id
                """)
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, request.Format).Bind(4, Path.GetFileName(request.Path))
            .Bind(5, (long)ImportState.Running).Bind(6, now).Bind(7, request.AccountId).FirstNumber()!.Value;
        session.Commit();

        var report = new ImportReport { ImportId = importId, SourceName = name, State = ImportState.Running };
        return new ImportRun(
            new ImportScope(session, report, zone)
            {
                OrganizationId = organizationId,
                WorkspaceId = workspaceId,
                SourceId = sourceId,
                SourceName = name,
                ImportId = importId,
                RecordTime = header?.GeneratedAtUtc is { } generated ? UnixMilliseconds.From(generated) : now,
            },
            request.DefaultUserEmail);
    }

    /// <summary>Writes a batch with the import's progress, in one transaction.</summary>
    public void Write(List<ImportItem> batch, DateTime nowUtc)
    {
        _scope.BeginBatch();
        _pending.BeginBatch();
        foreach (var item in batch)
        {
            _position = Math.Max(_position, item.Line);
            Write(item);
        }

        SaveProgress();
        _scope.CommitBatch(nowUtc);
    }

    public void Finish(DateTime nowUtc)
    {
        var now = UnixMilliseconds.From(nowUtc);
        Report.State = Report.Failure is null ? ImportState.Finished : ImportState.Failed;
        _scope.BeginBatch();
        if (Report.Failure is { } failure)
        {
            _scope.Refuse(_position, "unreadable-file", field: null, failure);
        }

        SaveProgress();
        _scope.Session.Prepare("UPDATE source SET last_import_at = ?2 WHERE id = ?1")
            .Bind(1, _scope.SourceId).Bind(2, now).Execute();
        End(now);
        _scope.CommitBatch(nowUtc);

        (Report.Waiting, Report.WaitingRecords) = _pending.Report();
        Report.MonthsMoved = _scope.Months.Months;
        Report.DataUntilUtc = _scope.Session.Prepare("SELECT data_until FROM source WHERE id = ?1")
            .Bind(1, _scope.SourceId).FirstNumber() is { } until
            ? UnixMilliseconds.ToUtc(until)
            : null;
    }

    /// <summary>Marks the import as failed; its progress stays that of the last batch that was committed.</summary>
    public void Fail(DateTime nowUtc)
    {
        Report.State = ImportState.Failed;
        _scope.Session.Begin();
        End(UnixMilliseconds.From(nowUtc));
        _scope.Session.Commit();
    }

    private void Write(ImportItem item)
    {
        switch (item)
        {
            case ConversationItem conversation:
                _conversations.Write(conversation);
                break;
            case UserItem user:
                _dimensions.Write(user);
                break;
            case MembershipItem membership:
                _memberships.Write(membership);
                break;
            case SectionItem section:
                _dimensions.Write(section);
                break;
            case ModelItem model:
                _dimensions.Write(model);
                break;
            case AppItem app:
                _dimensions.Write(app);
                break;
            case ProjectItem project:
                _dimensions.Write(project);
                break;
            case WorkflowItem workflow:
                _dimensions.Write(workflow);
                break;
            case WorkflowRunItem run:
                _events.Write(run);
                break;
            case UsageEventItem { MessageId.Value: not null } request:
                _conversations.Write(request);
                break;
            case UsageEventItem usage:
                _events.Write(usage);
                break;
            case TombstoneItem { Entity: EntityType.Conversation } tombstone:
                _conversations.Write(tombstone);
                break;
            case TombstoneItem tombstone:
                _dimensions.Write(tombstone);
                break;
            case ProblemItem problem:
                _scope.Add(problem);
                break;
            case HeaderItem { GeneratedAtUtc: { } generated }:
                _scope.RecordTime = UnixMilliseconds.From(generated);
                break;
            case HeaderItem:
                break;
            default:
                throw new InvalidOperationException($"Nobody writes {item.GetType().Name}.");
        }
    }

    private void SaveProgress()
    {
        var conversations = Report.Of("conversations");
        _scope.Session.Prepare(
                """
                UPDATE import SET position = ?2, conversations_created = ?3, conversations_changed = ?4,
                    conversations_unchanged = ?5, messages_written = ?6, records_refused = ?7, months_moved = ?8, counts = ?9
                WHERE id = ?1
                """)
            .Bind(1, _scope.ImportId).Bind(2, _position).Bind(3, conversations.Created).Bind(4, conversations.Changed)
            .Bind(5, conversations.Unchanged).Bind(6, Report.MessagesWritten).Bind(7, Report.Refused)
            .Bind(8, string.Join(',', _scope.Months.Months)).Bind(9, JsonSerializer.Serialize(Report.Counts, Json))
            .Execute();
        if (_scope.DataUntil is { } until)
        {
            _scope.Session.Prepare(
                    "UPDATE source SET data_until = ?2 WHERE id = ?1 AND (data_until IS NULL OR data_until < ?2)")
                .Bind(1, _scope.SourceId).Bind(2, until).Execute();
        }
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private void End(long now) =>
        _scope.Session.Prepare("UPDATE import SET state = ?2, finished_at = ?3 WHERE id = ?1")
            .Bind(1, _scope.ImportId).Bind(2, (long)Report.State).Bind(3, now).Execute();

    private static (long WorkspaceId, long OrganizationId, TimeZoneInfo Zone) FindWorkspace(
        UsageSession session, string publicId)
    {
        var select = session.Prepare(
                "SELECT w.id, o.id, o.time_zone FROM workspace w JOIN organization o ON o.id = w.organization_id " +
                "WHERE w.public_id = ?1")
            .Bind(1, publicId);
        if (!select.Step())
        {
            throw new ImportTargetException($"There is no workspace {publicId}.");
        }

        var found = (select.Number(0), select.Number(1), TimeZoneInfo.FindSystemTimeZoneById(select.Text(2)!));
        select.Reset();
        return found;
    }

    private static long FindOrMakeSource(UsageSession session, long workspaceId, string name, string format) =>
        session.Prepare("SELECT id FROM source WHERE workspace_id = ?1 AND name = ?2")
            .Bind(1, workspaceId).Bind(2, name).FirstNumber()
        ?? session.Prepare("INSERT INTO source (workspace_id, name, format) VALUES (?1, ?2, ?3) RETURNING id")
            .Bind(1, workspaceId).Bind(2, name).Bind(3, format).FirstNumber()!.Value;
}
