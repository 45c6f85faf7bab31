using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes conversations one by one: read, merge, write what differs (decisions.md 13).</summary>
internal sealed class ConversationWriter(
    ImportScope scope, Identities identities, EventWriter events, PendingRecords pending, bool hasDefaultUser)
{
    private readonly ConversationLoader _loader = new(scope);
    private readonly ConversationSaver _saver = new(scope);

    public void Write(ConversationItem item)
    {
        var key = _loader.Find(item.Id, out var isTaken);
        var waiting = pending.Of(item.Id);
        if (key is null && !item.HasHeader)
        {
            PendingRecords.Prepend(item, waiting);
            pending.Keep(item.Id, waiting, item.Parts());
            return;
        }

        if (waiting.Count > 0)
        {
            PendingRecords.Prepend(item, waiting);
        }

        var conversation = key is { } stored ? _loader.Load(item.Id, stored) : New(item.Id, isTaken);
        var merge = new ConversationMerge(scope, identities, events, conversation);
        merge.Apply(item, hasDefaultUser);
        merge.Finish();
        scope.Report.Of("conversations").Add(_saver.Save(conversation));
        if (waiting.Count > 0 || merge.Waiting.Count > 0)
        {
            pending.Keep(item.Id, waiting, merge.Waiting);
        }
    }

    /// <summary>
    /// A request of a message. Where it names no conversation, its own is sought among those with messages within a quarter
    /// of an hour of it.
    /// </summary>
    public void Write(UsageEventItem request)
    {
        var id = request.ConversationId.Value
            ?? _loader.FindByMessage(request.MessageId.Value!, UnixMilliseconds.From(request.CreatedAtUtc));
        if (id is null)
        {
            scope.Warn(request.Line, "unknown-message", "message_id",
                $"Message {request.MessageId.Value} of request {request.Id} is not there; the request counts by itself.");
            events.Write(request with { MessageId = null });
            return;
        }

        var conversation = new ConversationItem { Id = id, Line = request.Line };
        conversation.Add(request);
        Write(conversation);
    }

    /// <summary>The source deleted a conversation; its messages still count.</summary>
    public void Write(TombstoneItem item)
    {
        if (_loader.Find(item.Id, out _) is not { } key)
        {
            scope.Warn(item.Line, "unknown-id", "id", $"Conversation {item.Id} was never imported.");
            return;
        }

        var deletedAt = scope.ValidFrom(item.DeletedAtUtc);
        scope.Session.Prepare(
                "UPDATE conversation SET deleted_at = ?4, changed_by_import_id = ?5 " +
                "WHERE workspace_id = ?1 AND created_at = ?2 AND no = ?3 AND deleted_at IS NOT ?4")
            .Bind(1, scope.WorkspaceId).Bind(2, key.CreatedAt).Bind(3, key.No).Bind(4, deletedAt).Bind(5, scope.ImportId)
            .Execute();
        scope.Report.Of("conversations").Add(scope.Session.Changes() > 0 ? Outcome.Changed : Outcome.Unchanged);
    }

    private ConversationState New(string externalId, bool isTaken) => new()
    {
        ExternalId = externalId,
        No = scope.TakeConversationNo(),
        Row = new ConversationRow
        {
            CreatedAt = 0,
            HasSourceCreatedAt = false,
            UserId = 0,
            PublicId = isTaken || IsShown(externalId) ? FreePublicId(externalId) : null,
        },
    };

    /// <summary>Whether another conversation is shown under this id, which then carries a <c>~</c>.</summary>
    private bool IsShown(string publicId) =>
        publicId.Contains('~', StringComparison.Ordinal) &&
        scope.Session.Prepare("SELECT 1 FROM conversation WHERE workspace_id = ?1 AND public_id = ?2")
            .Bind(1, scope.WorkspaceId).Bind(2, publicId).FirstNumber() is not null;

    private string FreePublicId(string externalId)
    {
        for (var n = 2; ; n++)
        {
            var publicId = $"{externalId}~{n}";
            if (_loader.Find(publicId, out var isTaken) is null && !isTaken && !IsShown(publicId))
            {
                return publicId;
            }
        }
    }
}
