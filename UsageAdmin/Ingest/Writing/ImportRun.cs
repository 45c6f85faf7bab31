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
    private readonly Identities _identities;
    private long _position;
    private long _items;

    /// <summary>Items that an earlier run has committed.</summary>
    private long _done;

    private ImportRun(ImportScope scope, string? defaultUserEmail)
    {
        _scope = scope;
        var identities = _identities = new Identities(scope, defaultUserEmail);
        var history = new AttributeHistory(scope);
        _pending = new PendingRecords(scope);
        _memberships = new MembershipWriter(scope, identities, history);
        _dimensions = new DimensionWriter(scope, identities, history, _memberships);
        _events = new EventWriter(scope, identities);
        _conversations = new ConversationWriter(scope, identities, _events, _pending, defaultUserEmail is not null);
    }

    public ImportReport Report => _scope.Report;

    /// <summary>Whether somebody has asked the import to stop.</summary>
    public bool IsCancelRequested { get; private set; }

    /// <summary>Makes the import's row, and its source where that is new.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    public static ImportRun Start(UsageSession session, ImportRequest request, HeaderItem? header, DateTime nowUtc)
    {
        var target = BeginFor(session, request);
        var name = SourceNameOf(request, header);
        var now = UnixMilliseconds.From(nowUtc);
        var sourceId = FindOrMakeSource(session, target, name, request.Format);
        var importId = session.Prepare(
                """
                INSERT INTO import (workspace_id, source_id, format, file_name, state, started_at, position,
                    conversations_created, conversations_changed, conversations_unchanged, messages_written,
                    records_refused, months_moved, counts, account_id, seen_at, options, is_undoable, items,
                    conversations_missing)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, '', '{}', ?7, ?6, ?8, 1, 0, 0) RETURNING id
                """)
            .Bind(1, target.WorkspaceId).Bind(2, sourceId).Bind(3, request.Format)
            .Bind(4, request.FileName ?? Path.GetFileName(request.Path)).Bind(5, (long)ImportState.Running).Bind(6, now)
            .Bind(7, request.AccountId).Bind(8, ImportOptions.Of(request).ToJson()).FirstNumber()!.Value;
        ImportUndo.Forget(session, target.WorkspaceId, now);
        session.Commit();
        return new ImportRun(target.Scope(session, sourceId, name, importId, TimeOf(header, now)), request.DefaultUserEmail);
    }

    /// <summary>Goes on with an import that stopped before its end.</summary>
    /// <exception cref="ImportTargetException">It still runs, or is not one that can go on.</exception>
    public static ImportRun Resume(
        UsageSession session, ImportRequest request, long importId, HeaderItem? header, DateTime nowUtc)
    {
        var now = UnixMilliseconds.From(nowUtc);
        var target = BeginFor(session, request);
        StoredImport.Find(session, target.WorkspaceId, importId).RequireResumable(now);
        var row = session.Prepare(
                """
                UPDATE import SET state = ?3, seen_at = ?4, finished_at = NULL, failure = NULL, cancel_requested_at = NULL
                WHERE workspace_id = ?1 AND id = ?2
                RETURNING source_id, position, items, counts, records_refused, messages_written, months_moved, started_at
                """)
            .Bind(1, target.WorkspaceId).Bind(2, importId).Bind(3, (long)ImportState.Running).Bind(4, now);
        row.Step();
        var sourceId = row.Number(0);
        var (position, items, refused, messages, startedAt) = (row.Number(1), row.Number(2), row.Number(4), row.Number(5), row.Number(7));
        var counts = JsonSerializer.Deserialize<Dictionary<string, EntityCounts>>(row.Text(3)!, Json)!;
        var months = row.Text(6)!.Split(',', StringSplitOptions.RemoveEmptyEntries);
        row.Reset();
        var warnings = session.Prepare("SELECT count(*) FROM import_problem WHERE import_id = ?1 AND refused = 0")
            .Bind(1, importId).FirstNumber()!.Value;
        session.Commit();

        var run = new ImportRun(
            target.Scope(session, sourceId, SourceNameOf(request, header), importId, TimeOf(header, startedAt)),
            request.DefaultUserEmail)
        {
            _position = position,
            _done = items,
        };
        run.Report.GoOn(counts, refused, warnings, messages);
        run._scope.Months.Add(months);
        return run;
    }

    /// <summary>Only looks at what an import would do: every batch is taken back.</summary>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    public static ImportRun Preview(UsageSession session, ImportRequest request, HeaderItem? header, DateTime nowUtc)
    {
        const long None = -1;
        var target = Target.Find(session, request.WorkspacePublicId);
        var name = SourceNameOf(request, header);
        var scope = target.Scope(
            session, FindSource(session, target, name) ?? None, name, importId: None,
            TimeOf(header, UnixMilliseconds.From(nowUtc)), isPreview: true);
        return new ImportRun(scope, request.DefaultUserEmail);
    }

    /// <summary>Adds to the import of the day, see <see cref="DayImport"/>; in its row it is finished all the time.</summary>
    /// <param name="isNew">Whether it is the first of its day.</param>
    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    public static ImportRun OfDay(UsageSession session, ImportRequest request, DateTime nowUtc, out bool isNew)
    {
        var target = BeginFor(session, request);
        var name = SourceNameOf(request, header: null);
        var sourceId = FindOrMakeSource(session, target, name, request.Format);
        (var importId, isNew) = DayImport.FindOrMake(session, target.WorkspaceId, sourceId, request, nowUtc);
        var problems = DayImport.LastProblem(session, importId);
        session.Commit();
        var run = new ImportRun(
            target.Scope(session, sourceId, name, importId, UnixMilliseconds.From(nowUtc)), request.DefaultUserEmail);
        (run.Report.State, run.Report.ProblemsBefore) = (ImportState.Finished, problems);
        return run;
    }

    /// <summary>Writes a batch and adds what it did to the day's import, in one transaction.</summary>
    /// <param name="make">Makes the items; it may look at the database, which nobody changes meanwhile.</param>
    /// <param name="refused">Records that never became items.</param>
    public void AddToDay(Func<ImportScope, IEnumerable<ImportItem>> make, long refused, DateTime nowUtc)
    {
        _scope.BeginBatch();
        _pending.BeginBatch();
        foreach (var item in make(_scope))
        {
            Write(item);
        }

        DayImport.Add(_scope.Session, Report, _scope.Months.Months, refused, nowUtc);
        SaveReach();
        _scope.Session.Prepare("UPDATE source SET last_import_at = ?2 WHERE id = ?1")
            .Bind(1, _scope.SourceId).Bind(2, UnixMilliseconds.From(nowUtc)).Execute();
        _scope.CommitBatch(nowUtc);
    }

    /// <summary>Writes a batch with the import's progress, in one transaction.</summary>
    /// <param name="batch">Items in portions, whose conversations are looked up together.</param>
    public void Write(IEnumerable<IReadOnlyList<ImportItem>> batch, DateTime nowUtc)
    {
        _scope.BeginBatch();
        if (_scope.IsChangedByOthers())
        {
            _identities.Forget();
        }

        _pending.BeginBatch();
        foreach (var portion in batch)
        {
            _identities.LookAhead(portion);
            _events.LookAhead(portion);
            _conversations.LookAhead(portion);
            foreach (var item in portion)
            {
                _position = Math.Max(_position, item.Line);
                if (_items++ < _done)
                {
                    Skip(item);
                }
                else
                {
                    Write(item);
                }
            }
        }

        EndBatch(nowUtc);
    }

    public void Finish(DateTime nowUtc)
    {
        Report.State = Report.Failure is null ? ImportState.Finished : ImportState.Failed;
        if (Report.Failure is null)
        {
            MarkMissing(nowUtc);
        }

        _scope.BeginBatch();
        if (Report.Failure is { } failure)
        {
            _scope.Refuse(_position, "unreadable-file", field: null, failure);
        }

        var now = UnixMilliseconds.From(nowUtc);
        _scope.Session.Prepare("UPDATE source SET last_import_at = ?2 WHERE id = ?1")
            .Bind(1, _scope.SourceId).Bind(2, now).Execute();
        End(now);
        EndBatch(nowUtc);
        FillReport();
    }

    /// <summary>Ends the import where it is, because somebody asked for it.</summary>
    public void Cancel(DateTime nowUtc)
    {
        Report.State = ImportState.Cancelled;
        _scope.Session.Begin();
        End(UnixMilliseconds.From(nowUtc));
        _scope.Session.Commit();
        FillReport();
    }

    /// <summary>Marks the import as failed; its progress stays that of the last batch that was committed.</summary>
    public void Fail(string failure, DateTime nowUtc)
    {
        (Report.State, Report.Failure) = (ImportState.Failed, failure);
        if (!_scope.IsPreview)
        {
            _scope.Session.Begin();
            End(UnixMilliseconds.From(nowUtc));
            _scope.Session.Commit();
        }
    }

    private void EndBatch(DateTime nowUtc)
    {
        if (_scope.IsPreview)
        {
            _scope.DropBatch();
            _identities.Forget();
            return;
        }

        SaveProgress(UnixMilliseconds.From(nowUtc));
        _scope.CommitBatch(nowUtc);
    }

    private void FillReport()
    {
        (Report.Waiting, Report.WaitingRecords) = _pending.Report();
        Report.MonthsMoved = _scope.Months.Months;
        Report.DataUntilUtc = _scope.Session.Prepare("SELECT data_until FROM source WHERE id = ?1")
            .Bind(1, _scope.SourceId).FirstNumber() is { } until
            ? UnixMilliseconds.ToUtc(until)
            : null;
    }

    /// <summary>
    /// What a complete file no longer holds is gone at its source. Not where a record was refused: it may be the one.
    /// </summary>
    private void MarkMissing(DateTime nowUtc)
    {
        if (_scope.Completeness == Completeness.None || _items == 0)
        {
            return;
        }

        if (Report.Refused > 0)
        {
            WarnOfRefused(nowUtc);
            return;
        }

        var marker = new MissingMarker(_scope);
        var isMore = true;
        while (isMore)
        {
            _scope.BeginBatch();
            isMore = marker.MarkConversations();
            EndBatch(nowUtc);
        }

        _scope.BeginBatch();
        marker.MarkDimensions();
        EndBatch(nowUtc);
    }

    private void WarnOfRefused(DateTime nowUtc)
    {
        _scope.BeginBatch();
        var hadImports = _scope.Session.Prepare("SELECT last_import_at FROM source WHERE id = ?1")
            .Bind(1, _scope.SourceId).FirstNumber() is not null;
        if (hadImports)
        {
            _scope.Warn(0, "gone-not-checked", field: null,
                "Nothing is marked as gone at the source, because records of the file were refused.");
        }

        EndBatch(nowUtc);
    }

    /// <summary>Passes over an item that is committed already, and notes that the source still has it.</summary>
    private void Skip(ImportItem item)
    {
        switch (item)
        {
            case HeaderItem header:
                Write(header);
                break;
            case ConversationItem conversation:
                _conversations.Skip(conversation);
                break;
            case UserItem user:
                _dimensions.Skip(EntityType.User, user.Id);
                break;
            case AppItem app:
                _dimensions.Skip(EntityType.App, app.Id);
                break;
            case ProjectItem project:
                _dimensions.Skip(EntityType.Project, project.Id);
                break;
            case SectionItem section:
                _dimensions.Skip(EntityType.Section, section.Id);
                break;
            default:
                break;
        }
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
            case HeaderItem header:
                _scope.RecordTime = TimeOf(header, _scope.RecordTime);
                _scope.Completeness = header.Completeness;
                break;
            default:
                throw new InvalidOperationException($"Nobody writes {item.GetType().Name}.");
        }
    }

    private void SaveProgress(long now)
    {
        var conversations = Report.Of("conversations");
        IsCancelRequested = _scope.Session.Prepare(
                """
                UPDATE import SET position = ?2, conversations_created = ?3, conversations_changed = ?4,
                    conversations_unchanged = ?5, messages_written = ?6, records_refused = ?7, months_moved = ?8, counts = ?9,
                    items = ?10, conversations_missing = ?11, seen_at = ?12
                WHERE id = ?1 RETURNING cancel_requested_at
                """)
            .Bind(1, _scope.ImportId).Bind(2, _position).Bind(3, conversations.Created).Bind(4, conversations.Changed)
            .Bind(5, conversations.Unchanged).Bind(6, Report.MessagesWritten).Bind(7, Report.Refused)
            .Bind(8, string.Join(',', _scope.Months.Months)).Bind(9, JsonSerializer.Serialize(Report.Counts, Json))
            .Bind(10, Math.Max(_items, _done)).Bind(11, Report.Gone).Bind(12, now)
            .FirstNumber() is not null;
        SaveReach();
    }

    private void SaveReach()
    {
        if (_scope.DataUntil is { } until)
        {
            _scope.Session.Prepare(
                    "UPDATE source SET data_until = ?2 WHERE id = ?1 AND (data_until IS NULL OR data_until < ?2)")
                .Bind(1, _scope.SourceId).Bind(2, until).Execute();
        }
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private void End(long now) =>
        _scope.Session.Prepare("UPDATE import SET state = ?2, finished_at = ?3, failure = ?4 WHERE id = ?1")
            .Bind(1, _scope.ImportId).Bind(2, (long)Report.State).Bind(3, now).Bind(4, Report.Failure).Execute();

    private static string SourceNameOf(ImportRequest request, HeaderItem? header) =>
        request.SourceName ?? header?.Source ?? request.Format;

    private static long TimeOf(HeaderItem? header, long otherwise) =>
        header?.GeneratedAtUtc is { } generated ? UnixMilliseconds.From(generated) : otherwise;

    /// <exception cref="ImportTargetException">There is no such workspace.</exception>
    private static Target BeginFor(UsageSession session, ImportRequest request)
    {
        session.Begin();
        var target = Target.Find(session, request.WorkspacePublicId);
        session.Hold(WriteLock.Usage(target.OrganizationId));
        return target;
    }

    private static long? FindSource(UsageSession session, Target target, string name) =>
        session.Prepare("SELECT id FROM source WHERE workspace_id = ?1 AND name = ?2")
            .Bind(1, target.WorkspaceId).Bind(2, name).FirstNumber();

    private static long FindOrMakeSource(UsageSession session, Target target, string name, string format) =>
        FindSource(session, target, name)
        ?? session.Prepare("INSERT INTO source (workspace_id, name, format) VALUES (?1, ?2, ?3) RETURNING id")
            .Bind(1, target.WorkspaceId).Bind(2, name).Bind(3, format).FirstNumber()!.Value;

    /// <summary>The workspace that an import writes to.</summary>
    private sealed record Target(long WorkspaceId, long OrganizationId, TimeZoneInfo Zone)
    {
        /// <exception cref="ImportTargetException">There is no such workspace.</exception>
        public static Target Find(UsageSession session, string publicId)
        {
            var select = session.Prepare(
                    "SELECT w.id, o.id, o.time_zone FROM workspace w JOIN organization o ON o.id = w.organization_id " +
                    "WHERE w.public_id = ?1")
                .Bind(1, publicId);
            if (!select.Step())
            {
                throw new ImportTargetException($"There is no workspace {publicId}.");
            }

            var found = new Target(
                select.Number(0), select.Number(1), TimeZoneInfo.FindSystemTimeZoneById(select.Text(2)!));
            select.Reset();
            return found;
        }

        public ImportScope Scope(
            UsageSession session, long sourceId, string sourceName, long importId, long recordTime, bool isPreview = false) =>
            new(
                session, new ImportReport { ImportId = importId, SourceName = sourceName, State = ImportState.Running }, Zone)
            {
                OrganizationId = OrganizationId,
                WorkspaceId = WorkspaceId,
                SourceId = sourceId,
                SourceName = sourceName,
                ImportId = importId,
                RecordTime = recordTime,
                IsPreview = isPreview,
            };
    }
}
