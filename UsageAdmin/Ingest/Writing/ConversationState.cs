using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UsageAdmin.Data.RollUps;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Writing;

/// <summary>A conversation in memory while an import merges into it: as stored, or new.</summary>
internal sealed class ConversationState
{
    private readonly Dictionary<string, MessageState> _byId = new(StringComparer.Ordinal);

    public required string ExternalId { get; init; }

    public required long No { get; init; }

    /// <summary>Null: the conversation is new.</summary>
    public ConversationRow? Stored { get; init; }

    /// <summary>The conversation's own columns; its counters are made anew at the end.</summary>
    public required ConversationRow Row { get; set; }

    /// <summary>In order once <see cref="MessageOrder"/> has run.</summary>
    public List<MessageState> Messages { get; } = [];

    public List<FeedbackState> Feedback { get; } = [];

    public List<ModerationState> Moderation { get; } = [];

    public List<FileState> Files { get; } = [];

    public List<ActionState> Actions { get; } = [];

    public StoredParts StoredParts { get; } = new();

    public MessageState? Message(string externalId) => _byId.GetValueOrDefault(externalId);

    public void Add(MessageState message)
    {
        Messages.Add(message);
        _byId.Add(message.Id, message);
    }

    /// <summary>The message with this id, made where there was none.</summary>
    public MessageState FindOrAdd(string externalId)
    {
        ref var message = ref CollectionsMarshal.GetValueRefOrAddDefault(_byId, externalId, out var isKnown);
        if (!isKnown)
        {
            message = new MessageState(externalId) { OwnMarks = MessageMarks.InheritedTime };
            Messages.Add(message);
        }

        return message!;
    }

    /// <summary>Makes room for so many messages, some of which may be there already.</summary>
    public void Expect(int messages)
    {
        Messages.EnsureCapacity(messages);
        _byId.EnsureCapacity(messages);
    }
}

internal sealed class MessageState(string id) : ICountedMessage
{
    /// <summary>Marks that a message has by itself.</summary>
    public const MessageMarks OwnKinds =
        MessageMarks.OffActivePath | MessageMarks.NotExported | MessageMarks.InheritedTime | MessageMarks.TokensOfRequests;

    public string Id => id;

    /// <summary>As stored; null: the message is new. Boxed, since it would be most of what a new one takes.</summary>
    public StrongBox<MessageRow>? Stored { get; init; }

    public long StoredSeq { get; init; } = -1;

    public long Seq { get; set; }

    /// <summary>Milliseconds; of a message with <see cref="MessageMarks.InheritedTime"/> set by <see cref="MessageOrder"/>.</summary>
    public long CreatedAt { get; set; }

    public MessageSource Source { get; set; }

    /// <summary>What the message itself says; the marks of feedback, moderation and files come on top.</summary>
    public MessageMarks OwnMarks { get; set; }

    /// <summary>All marks, once <see cref="RollUp.Mark"/> has run.</summary>
    public MessageMarks Marks { get; set; }

    public long? ModelId { get; set; }

    public MessageState? Parent { get; set; }

    public long? ParentSeq => Parent?.Seq;

    public int PositiveRatings { get; set; }

    public int NegativeRatings { get; set; }

    public Tokens Tokens { get; set; }

    public byte[]? Content { get; set; }

    public bool IsContentChanged { get; set; }

    /// <summary>Whether the import has said anything of it.</summary>
    public bool IsMentioned { get; set; }

    public bool IsExported =>
        Source is MessageSource.User or MessageSource.Provider or MessageSource.UserStart &&
        (OwnMarks & MessageMarks.NotExported) == 0;

    public bool HasOwnTime => (OwnMarks & MessageMarks.InheritedTime) == 0;

    public void Mark(MessageMarks mark, bool isSet) => OwnMarks = isSet ? OwnMarks | mark : OwnMarks & ~mark;

    public MessageRow Row => new(CreatedAt, Source, Marks, ModelId, ParentSeq, Tokens);
}

internal sealed class FeedbackState(string id, MessageState message)
{
    public string Id => id;

    public MessageState Message { get; set; } = message;

    public long? UserId { get; set; }

    public long? Rating { get; set; }

    public MessageMarks Marks { get; set; }

    public long? CreatedAt { get; set; }

    public string? Reason { get; set; }

    public string? Comment { get; set; }
}

/// <summary>One category of one check; a check is written as a whole.</summary>
internal sealed record ModerationState(
    string Id, MessageState Message, string? Provider, string Category, bool Flagged, double? Score, string? Action,
    long? ModeratedAt);

internal sealed class FileState(string id, MessageState message)
{
    public string Id => id;

    public MessageState Message => message;

    public string? Name { get; set; }

    public string? MediaType { get; set; }

    public long? Bytes { get; set; }

    public long? UploadedAt { get; set; }
}

internal sealed class ActionState(string id)
{
    public string Id => id;

    public MessageState? Message { get; set; }

    public long NameId { get; set; }

    /// <summary>Null: the conversation's.</summary>
    public long? UserId { get; set; }

    public string? Status { get; set; }

    /// <summary>Milliseconds; null: the message's, else the conversation's.</summary>
    public long? UsedAt { get; set; }
}

/// <summary>What belongs to the messages of a conversation, as it is stored.</summary>
internal sealed class StoredParts
{
    public List<FeedbackRow> Feedback { get; } = [];

    public List<ModerationRow> Moderation { get; } = [];

    public List<FileRow> Files { get; } = [];

    public List<ActionRow> Actions { get; } = [];

    public List<SlotRow> Slots { get; set; } = [];
}
