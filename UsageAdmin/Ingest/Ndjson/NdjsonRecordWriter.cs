using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>
/// Writes records that belong to a conversation as lines of NDJSON, for those that have to wait. Reading such a line and
/// writing it again gives the same bytes.
/// </summary>
internal static class NdjsonRecordWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string WritePart(string conversationId, ImportItem item)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            switch (item)
            {
                case MessageItem message:
                    Start(json, "message", message.Id, conversationId);
                    Write(json, message);
                    break;
                case FeedbackItem feedback:
                    Start(json, "feedback", feedback.Id, conversationId);
                    Write(json, feedback);
                    break;
                case ModerationItem moderation:
                    Start(json, "moderation", moderation.Id, conversationId);
                    Write(json, moderation);
                    break;
                case FileItem file:
                    Start(json, "file", file.Id, conversationId);
                    Write(json, file);
                    break;
                case ActionItem action:
                    Start(json, "action", action.Id, conversationId);
                    Write(json, action);
                    break;
                case UsageEventItem request:
                    Start(json, "usage_event", request.Id, conversationId);
                    Write(json, request);
                    break;
                default:
                    throw new ArgumentException($"{item.GetType().Name} belongs to no conversation.", nameof(item));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Start(Utf8JsonWriter json, string type, string id, string conversationId)
    {
        json.WriteString("type", type);
        json.WriteString("id", id);
        json.WriteString("conversation_id", conversationId);
    }

    private static void Write(Utf8JsonWriter json, MessageItem item)
    {
        Text(json, "parent_id", item.ParentId);
        if (item.Source.Value is { } source)
        {
            json.WriteString("source", source == MessageSource.UserStart ? "user-start" : source.ToString().ToLowerInvariant());
        }

        if (item.Content.IsSet)
        {
            json.WritePropertyName("content");
            if (item.Content.Value is { } content)
            {
                json.WriteStringValue(content);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        Time(json, "created_at", item.CreatedAtUtc);
        Boolean(json, "active", item.Active);
        Boolean(json, "hidden", item.Hidden);
        Boolean(json, "error", item.Failed);
        Text(json, "model", item.Model);
        Usage(json, item.Usage);
    }

    private static void Write(Utf8JsonWriter json, FeedbackItem item)
    {
        json.WriteString("message_id", item.MessageId);
        Text(json, "user_id", item.UserId);
        if (item.Rating.IsSet)
        {
            Number(json, "rating", item.Rating.Value);
        }

        if (item.Flags.IsSet)
        {
            json.WriteStartArray("flags");
            foreach (var flag in new[] { MessageMarks.Biased, MessageMarks.Inaccurate, MessageMarks.Inappropriate })
            {
                if (item.Flags.Value is { } flags && flags.HasFlag(flag))
                {
                    json.WriteStringValue(flag.ToString().ToLowerInvariant());
                }
            }

            json.WriteEndArray();
        }

        Text(json, "reason", item.Reason);
        Text(json, "comment", item.Comment);
        Time(json, "created_at", item.CreatedAtUtc);
    }

    private static void Write(Utf8JsonWriter json, ModerationItem item)
    {
        json.WriteString("message_id", item.MessageId);
        json.WriteString("provider", item.Provider);
        json.WriteStartObject("categories");
        foreach (var result in item.Results)
        {
            json.WriteStartObject(result.Category);
            json.WriteBoolean("flagged", result.Flagged);
            if (result.Score is { } score)
            {
                json.WriteNumber("score", score);
            }

            json.WriteString("action", result.Action);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (item.CreatedAtUtc is { } created)
        {
            Time(json, "created_at", created);
        }
    }

    private static void Write(Utf8JsonWriter json, FileItem item)
    {
        json.WriteString("message_id", item.MessageId);
        Text(json, "name", item.Name);
        Text(json, "media_type", item.MediaType);
        if (item.Bytes.IsSet)
        {
            Number(json, "bytes", item.Bytes.Value);
        }

        Time(json, "uploaded_at", item.UploadedAtUtc);
    }

    private static void Write(Utf8JsonWriter json, ActionItem item)
    {
        if (item.MessageId is not null)
        {
            json.WriteString("message_id", item.MessageId);
        }

        Text(json, "user_id", item.UserId);
        json.WriteString("name", item.Name);
        Text(json, "status", item.Status);
        Time(json, "created_at", item.CreatedAtUtc);
    }

    private static void Write(Utf8JsonWriter json, UsageEventItem item)
    {
        Text(json, "message_id", item.MessageId);
        Text(json, "user_id", item.UserId);
        Text(json, "app_id", item.AppId);
        Text(json, "project_id", item.ProjectId);
        Text(json, "model", item.Model);
        Text(json, "kind", item.Kind);
        Time(json, "created_at", item.CreatedAtUtc);
        Usage(json, item.Usage);
    }

    private static void Text(Utf8JsonWriter json, string name, Field<string> field)
    {
        if (field.IsSet)
        {
            json.WriteString(name, field.Value);
        }
    }

    private static void Boolean(Utf8JsonWriter json, string name, Field<bool?> field)
    {
        if (!field.IsSet)
        {
            return;
        }

        if (field.Value is { } value)
        {
            json.WriteBoolean(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, Field<DateTime?> field)
    {
        if (field.IsSet)
        {
            json.WriteString(
                name, field.Value?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
    }

    private static void Usage(Utf8JsonWriter json, Field<TokenUsage> field)
    {
        if (!field.IsSet)
        {
            return;
        }

        if (field.Value is not { } usage)
        {
            json.WriteNull("usage");
            return;
        }

        json.WriteStartObject("usage");
        Number(json, "input", usage.Input);
        Number(json, "output", usage.Output);
        Number(json, "cached_input", usage.CachedInput);
        Number(json, "cache_creation", usage.CacheCreation);
        Number(json, "reasoning", usage.Reasoning);
        if (usage.CostMicroUsd is { } cost)
        {
            json.WriteNumber("cost", cost / 1_000_000m);
        }

        json.WriteEndObject();
    }
}
