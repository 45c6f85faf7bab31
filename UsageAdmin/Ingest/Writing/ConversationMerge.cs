using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>
/// Merges what a file says into a conversation in memory: absent fields stay as they are, null clears, messages and what
/// belongs to them are found by their ids.
/// </summary>
internal sealed class ConversationMerge(ImportScope scope, Identities identities, EventWriter events, ConversationState conversation)
{
    private bool _followsNewest;

    /// <summary>Records that wait for a message, as they are to be kept.</summary>
    public List<ImportItem> Waiting { get; } = [];

    public void Apply(ConversationItem item, bool hasDefaultUser)
    {
        _followsNewest = item.FollowsNewest;
        if (item.HasHeader)
        {
            ApplyHeader(item, hasDefaultUser);
        }

        ApplyMessages(item.Messages);
        item.Feedback.ForEach(Apply);
        ApplyModeration(item.Moderation);
        item.Files.ForEach(Apply);
        item.Actions.ForEach(Apply);
        item.Requests.ForEach(Apply);
    }

    /// <summary>Order, times, marks and counters, once everything is merged.</summary>
    public void Finish()
    {
        var messages = conversation.Messages;
        MessageOrder.CutCircles(messages);
        if (!conversation.Row.HasSourceCreatedAt)
        {
            var createdAt = MessageOrder.Earliest(messages) ?? conversation.Stored?.CreatedAt ?? scope.RecordTime;
            conversation.Row = conversation.Row with { CreatedAt = createdAt };
        }

        MessageOrder.InheritTimes(messages, conversation.Row.CreatedAt);
        MessageOrder.Arrange(messages);
        if (_followsNewest)
        {
            FollowNewest(messages);
        }

        RollUp.Mark(conversation);
        conversation.Row = conversation.Row with { Counters = RollUp.Count(conversation) };

        scope.Reach(conversation.Row.CreatedAt);
        if (messages.Count > 0)
        {
            scope.Reach(messages[^1].CreatedAt);
        }
    }

    /// <summary>Children stand behind their parents, so the last message has none.</summary>
    private static void FollowNewest(List<MessageState> messages)
    {
        messages.ForEach(message => message.Mark(MessageMarks.OffActivePath, true));
        for (var message = messages.LastOrDefault(); message is not null; message = message.Parent)
        {
            message.Mark(MessageMarks.OffActivePath, false);
        }
    }

    private void ApplyHeader(ConversationItem item, bool hasDefaultUser)
    {
        var row = conversation.Row;
        conversation.Row = row with
        {
            CreatedAt = item.CreatedAtUtc.Value is { } created ? UnixMilliseconds.From(created) : row.CreatedAt,
            HasSourceCreatedAt = item.CreatedAtUtc.IsSet ? item.CreatedAtUtc.Value is not null : row.HasSourceCreatedAt,
            UserId = UserOf(item, hasDefaultUser),
            AppId = Resolve(EntityType.App, item.AppId, row.AppId),
            ProjectId = Resolve(EntityType.Project, item.ProjectId, row.ProjectId),
            SectionId = Resolve(EntityType.Section, item.SectionId, row.SectionId),
            ModelId = Resolve(EntityType.Model, item.Model, row.ModelId),
            Temperature = item.Temperature.Or(row.Temperature),
            Title = item.Title.Or(row.Title),
            Channel = item.Channel.Or(row.Channel),
            Deployment = item.Deployment.Or(row.Deployment),
            SourceEndedAt = Milliseconds(item.EndedAtUtc, row.SourceEndedAt),
        };
    }

    private long UserOf(ConversationItem item, bool hasDefaultUser)
    {
        if (item.UserId.Value is { } named)
        {
            return identities.Resolve(EntityType.User, named);
        }

        var isKnown = conversation.Stored is { } stored && !item.UserId.IsSet &&
            !(hasDefaultUser && identities.IsUnknownUser(stored.UserId));
        return isKnown ? conversation.Row.UserId : identities.DefaultUser();
    }

    private void ApplyMessages(List<MessageItem> items)
    {
        conversation.Expect(items.Count);
        var applied = new MessageState?[items.Count];
        for (var i = 0; i < applied.Length; i++)
        {
            applied[i] = Apply(items[i]);
        }

        for (var i = 0; i < applied.Length; i++)
        {
            if (applied[i] is { } message && items[i].ParentId.IsSet)
            {
                ApplyParent(items[i], message, before: i > 0 ? applied[i - 1] : null);
            }
        }
    }

    /// <summary>The message that the record is about; null: the record is refused.</summary>
    private MessageState? Apply(MessageItem item)
    {
        var message = item.Source.Value is null ? conversation.Message(item.Id) : conversation.FindOrAdd(item.Id);
        if (message is null)
        {
            scope.Refuse(item.Line, "missing-field", "source", $"Message {item.Id} is new and states no source.");
            return null;
        }

        message.IsMentioned = true;
        message.Source = item.Source.Value ?? message.Source;
        message.ModelId = Resolve(EntityType.Model, item.Model, message.ModelId);
        if (item.CreatedAtUtc.IsSet)
        {
            message.Mark(MessageMarks.InheritedTime, item.CreatedAtUtc.Value is null);
            message.CreatedAt = item.CreatedAtUtc.Value is { } created ? UnixMilliseconds.From(created) : message.CreatedAt;
        }

        if (item.Active.IsSet)
        {
            message.Mark(MessageMarks.OffActivePath, item.Active.Value == false);
        }

        if (item.Hidden.IsSet)
        {
            message.Mark(MessageMarks.Hidden, item.Hidden.Value == true);
        }

        if (item.Failed.IsSet)
        {
            message.Mark(MessageMarks.Failed, item.Failed.Value == true);
        }

        if (item.Usage.IsSet && (message.OwnMarks & MessageMarks.TokensOfRequests) == 0)
        {
            message.Tokens = EventWriter.TokensOf(item.Usage.Value);
        }

        if (item.Content.IsSet && !AreEqual(item.Content.Value, message.Content))
        {
            message.Content = item.Content.Value;
            message.IsContentChanged = true;
        }

        return message;
    }

    private static bool AreEqual(byte[]? a, byte[]? b) =>
        a is null || b is null ? ReferenceEquals(a, b) : a.AsSpan().SequenceEqual(b);

    /// <param name="before">The message whose record stands before this one, which mostly is the parent.</param>
    private void ApplyParent(MessageItem item, MessageState message, MessageState? before)
    {
        var id = item.ParentId.Value;
        message.Parent = id is null ? null : before?.Id == id ? before : conversation.Message(id);
        if (message.Parent is null && id is not null)
        {
            // The message itself is there: only the link waits.
            Waiting.Add(new MessageItem { Id = item.Id, ParentId = item.ParentId, Line = item.Line });
        }
    }

    private void Apply(FeedbackItem item)
    {
        if (conversation.Message(item.MessageId) is not { } message)
        {
            Waiting.Add(item);
            return;
        }

        var feedback = conversation.Feedback.Find(f => f.Id == item.Id);
        if (feedback is null)
        {
            if (item.SaysNothing)
            {
                return;
            }

            conversation.Feedback.Add(feedback = new FeedbackState(item.Id, message));
        }

        feedback.Message = message;
        feedback.UserId = Resolve(EntityType.User, item.UserId, feedback.UserId);
        feedback.Rating = item.Rating.IsSet ? item.Rating.Value : feedback.Rating;
        feedback.Marks = item.Flags.IsSet ? item.Flags.Value ?? MessageMarks.None : feedback.Marks;
        feedback.CreatedAt = Milliseconds(item.CreatedAtUtc, feedback.CreatedAt);
        feedback.Reason = item.Reason.Or(feedback.Reason);
        feedback.Comment = item.Comment.Or(feedback.Comment);
        if (feedback.CreatedAt is { } at)
        {
            scope.Reach(at);
        }
    }

    private void ApplyModeration(List<ModerationItem> items)
    {
        foreach (var item in items)
        {
            if (conversation.Message(item.MessageId) is not { } message)
            {
                Waiting.Add(item);
                continue;
            }

            var results = item.Results.Select(r => new ModerationState(
                item.Id, message, item.Provider, r.Category, r.Flagged, r.Score, r.Action,
                item.CreatedAtUtc is { } at ? UnixMilliseconds.From(at) : null)).ToList();
            var place = conversation.Moderation.FindIndex(m => m.Id == item.Id);
            if (place >= 0)
            {
                conversation.Moderation.RemoveAll(m => m.Id == item.Id);
            }

            conversation.Moderation.InsertRange(place >= 0 ? place : conversation.Moderation.Count, results);
        }
    }

    private void Apply(FileItem item)
    {
        if (conversation.Message(item.MessageId) is not { } message)
        {
            Waiting.Add(item);
            return;
        }

        // The same file may hang on several messages.
        var file = conversation.Files.Find(f => f.Id == item.Id && f.Message == message);
        if (file is null)
        {
            conversation.Files.Add(file = new FileState(item.Id, message));
        }

        file.Name = item.Name.Or(file.Name);
        file.MediaType = item.MediaType.Or(file.MediaType);
        file.Bytes = item.Bytes.Or(file.Bytes);
        file.UploadedAt = Milliseconds(item.UploadedAtUtc, file.UploadedAt);
    }

    private void Apply(ActionItem item)
    {
        var message = item.MessageId is { } id ? conversation.Message(id) : null;
        if (message is null && item.MessageId is not null)
        {
            Waiting.Add(item);
            return;
        }

        var action = conversation.Actions.Find(a => a.Id == item.Id);
        if (action is null)
        {
            conversation.Actions.Add(action = new ActionState(item.Id));
        }

        action.Message = message ?? action.Message;
        action.NameId = identities.ActionName(item.Name);
        action.UserId = Resolve(EntityType.User, item.UserId, action.UserId);
        action.Status = item.Status.Or(action.Status);
        action.UsedAt = Milliseconds(item.CreatedAtUtc, action.UsedAt);
        if (action.UsedAt is { } at)
        {
            scope.Reach(at);
        }
    }

    /// <summary>The request's tokens are the message's; those of several requests add up.</summary>
    private void Apply(UsageEventItem item)
    {
        if (conversation.Message(item.MessageId.Value!) is not { } message)
        {
            Waiting.Add(item);
            return;
        }

        if (events.Attach(item) is not var (before, now))
        {
            return;
        }

        var own = (message.OwnMarks & MessageMarks.TokensOfRequests) == 0 ? default : message.Tokens;
        message.Tokens = own.Minus(before).Plus(now);
        message.Mark(MessageMarks.TokensOfRequests, isSet: true);
        message.ModelId ??= Resolve(EntityType.Model, item.Model, stored: null);
    }

    private long? Resolve(EntityType type, Field<string> externalId, long? stored) =>
        !externalId.IsSet ? stored : externalId.Value is { } value ? identities.Resolve(type, value) : null;

    private static long? Milliseconds(Field<DateTime?> field, long? stored) =>
        !field.IsSet ? stored : field.Value is { } utc ? UnixMilliseconds.From(utc) : null;
}
