using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using UsageAdmin.Data;

namespace UsageAdmin.Ingest.Writing;

/// <summary>Writes conversations one by one: read, merge, write what differs (decisions.md 13).</summary>
internal sealed class ConversationWriter(
    ImportScope scope, Identities identities, EventWriter events, PendingRecords pending, bool hasDefaultUser)
{
    private readonly ConversationLoader _loader = new(scope);
    private readonly ConversationSaver _saver = new(scope);

    /// <summary>Hashes of ids of new conversations, which a look at a file does not find again in later batches.</summary>
    private readonly HashSet<UInt128> _new = [];

    /// <summary>Looks up at once the conversations that are written next, in this transaction.</summary>
    public void LookAhead(IReadOnlyList<ImportItem> items) =>
        _loader.LookAhead(items.OfType<ConversationItem>().Select(item => item.Id));

    public void Write(ConversationItem item)
    {
        var key = _loader.Find(item.Id, out var isTaken);
        var waiting = pending.Of(item.Id);
        if (key is null && scope.IsPreview && _new.Contains(HashOf(item.Id)))
        {
            scope.Report.Of("messages").Add(Outcome.Created, item.Messages.Count);
            return;
        }

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

        if (key is null && scope.IsPreview)
        {
            _new.Add(HashOf(item.Id));
        }

        var conversation = key is { } stored ? _loader.Load(item.Id, stored) : New(item.Id, isTaken);
        var image = conversation.Stored is { } row && !IsOwn(row) ? ConversationImage.Of(conversation) : null;
        if (item.HasHeader)
        {
            conversation.Row = conversation.Row with { MissingSinceImportId = null };
        }

        var merge = new ConversationMerge(scope, identities, events, conversation);
        merge.Apply(item, hasDefaultUser);
        merge.Finish();
        scope.Seen.Add(conversation.No, conversation.Row.UserId, item.HasHeader);
        var outcome = _saver.Save(conversation, image);
        _loader.Moved(item.Id, (conversation.Row.CreatedAt, conversation.No));
        if (!scope.IsPreview || conversation.Stored?.CreatedByImportId != scope.ImportId)
        {
            // A look counts what is new once, wherever its batches end.
            scope.Report.Of("conversations").Add(outcome);
        }

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

        var conversation = _loader.Load(item.Id, key);
        var image = IsOwn(conversation.Row) ? null : ConversationImage.Of(conversation);
        conversation.Row = conversation.Row with { DeletedAt = scope.ValidFrom(item.DeletedAtUtc) };
        scope.Report.Of("conversations").Add(_saver.Save(conversation, image));
    }

    /// <summary>Notes that a source still has a conversation, where its record itself is passed over.</summary>
    public void Skip(ConversationItem item)
    {
        if (item.HasHeader && _loader.Find(item.Id, out _) is { } key)
        {
            scope.Seen.Add(key.No, _loader.UserOf(key), isAlsoOwner: true);
        }
    }

    /// <summary>Whether this import has made or changed it before, so that what it was is known.</summary>
    private bool IsOwn(ConversationRow row) =>
        row.CreatedByImportId == scope.ImportId || row.ChangedByImportId == scope.ImportId;

    private static UInt128 HashOf(string id) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));

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
