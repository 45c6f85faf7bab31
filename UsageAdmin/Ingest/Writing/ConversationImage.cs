using System.IO.Compression;
using System.Text.Json;

namespace UsageAdmin.Ingest.Writing;

/// <summary>The stored rows of a conversation, so that they can be put back as they were.</summary>
internal sealed record ConversationImage
{
    public required string ExternalId { get; init; }

    public required ConversationRow Row { get; init; }

    public required List<MessageImage> Messages { get; init; }

    public required List<FeedbackRow> Feedback { get; init; }

    public required List<ModerationRow> Moderation { get; init; }

    public required List<FileRow> Files { get; init; }

    public required List<ActionRow> Actions { get; init; }

    /// <summary>Of a conversation as it was loaded; merging into it afterwards does not change the image.</summary>
    public static ConversationImage Of(ConversationState loaded) => new()
    {
        ExternalId = loaded.ExternalId,
        Row = loaded.Stored!,
        Messages = loaded.Messages.ConvertAll(m => new MessageImage(m.Id, m.Stored!.Value, m.Content)),
        Feedback = loaded.StoredParts.Feedback,
        Moderation = loaded.StoredParts.Moderation,
        Files = loaded.StoredParts.Files,
        Actions = loaded.StoredParts.Actions,
    };

    public static ConversationImage Unpack(byte[] packed)
    {
        using var bytes = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ConversationImage>(bytes)!;
    }

    public byte[] Pack()
    {
        var packed = new MemoryStream();
        using (var bytes = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(bytes, this);
        }

        return packed.ToArray();
    }

    /// <summary>The conversation as a new one that has these rows.</summary>
    public ConversationState ToState(long no)
    {
        var conversation = new ConversationState { ExternalId = ExternalId, No = no, Row = Row };
        foreach (var (message, seq) in Messages.Select((m, i) => (m, i)))
        {
            conversation.Add(new MessageState(message.Id)
            {
                Seq = seq,
                CreatedAt = message.Row.CreatedAt,
                Source = message.Row.Source,
                OwnMarks = message.Row.Marks & MessageState.OwnKinds,
                Marks = message.Row.Marks,
                ModelId = message.Row.ModelId,
                Tokens = message.Row.Tokens,
                Content = message.Content,
            });
        }

        var messages = conversation.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            messages[i].Parent = Messages[i].Row.ParentSeq is { } seq ? messages[(int)seq] : null;
        }

        conversation.Feedback.AddRange(Feedback.Select(f => new FeedbackState(f.Id, messages[(int)f.Seq])
        {
            UserId = f.UserId,
            Rating = f.Rating,
            Marks = f.Marks,
            CreatedAt = f.CreatedAt,
            Reason = f.Reason,
            Comment = f.Comment,
        }));
        conversation.Moderation.AddRange(Moderation.Select(m => new ModerationState(
            m.Id, messages[(int)m.Seq], m.Provider, m.Category, m.Flagged, m.Score, m.Action, m.ModeratedAt)));
        conversation.Files.AddRange(Files.Select(f => new FileState(f.Id, messages[(int)f.Seq])
        {
            Name = f.Name,
            MediaType = f.MediaType,
            Bytes = f.Bytes,
            UploadedAt = f.UploadedAt,
        }));
        conversation.Actions.AddRange(Actions.Select(a => new ActionState(a.Id)
        {
            Message = a.Seq is { } seq ? messages[(int)seq] : null,
            NameId = a.NameId,
            UserId = a.UserId,
            Status = a.Status,
            UsedAt = a.UsedAt,
        }));
        return conversation;
    }
}

/// <summary>A message's row with the columns that <see cref="MessageRow"/> leaves out.</summary>
internal sealed record MessageImage(string Id, MessageRow Row, byte[]? Content);
