using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Otlp;

/// <summary>
/// What is stored of the calls and conversations of a batch. Spans and events of one call come apart, in any order and again
/// and again; looked up first, the same things come of them in every order.
/// </summary>
internal sealed class OtlpKnown(UsageSession session, long organizationId, long workspaceId, long sourceId)
{
    private readonly Dictionary<(EntityType Type, long Id), string?> _names = [];

    /// <summary>The request that a call is stored as; null: the call is new.</summary>
    public KnownCall? Call(string id)
    {
        var row = session.Prepare(
                "SELECT created_at, message_external_id, user_id, app_id, model_id FROM usage_event " +
                "WHERE workspace_id = ?1 AND source_id = ?2 AND external_id = ?3")
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, id);
        var call = row.Step()
            ? new KnownCall(
                UnixMilliseconds.ToUtc(row.Number(0)), row.Text(1), row.NullableNumber(2), row.NullableNumber(3), row.NullableNumber(4))
            : null;
        row.Reset();
        return call;
    }

    /// <summary>What the source calls something; null: it never has.</summary>
    public string? NameOf(EntityType type, long? id)
    {
        if (id is not { } entityId)
        {
            return null;
        }

        if (!_names.TryGetValue((type, entityId), out var name))
        {
            var row = session.Prepare(
                    "SELECT external_id FROM external_key " +
                    "WHERE workspace_id = ?1 AND source_id = ?2 AND entity_type = ?3 AND entity_id = ?4 AND external_id <> ''")
                .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, (long)type).Bind(4, entityId);
            name = row.Step() ? row.Text(0) : null;
            row.Reset();
            _names.Add((type, entityId), name);
        }

        return name;
    }

    /// <summary>Which fields of a conversation are stored; null: it is new.</summary>
    public KnownConversation? Conversation(string id)
    {
        var row = session.Prepare(
                """
                SELECT user_id = (SELECT entity_id FROM external_key
                        WHERE workspace_id = ?1 AND source_id = ?2 AND entity_type = ?4 AND external_id = ''),
                    app_id IS NOT NULL, model_id IS NOT NULL, temperature IS NOT NULL, channel IS NOT NULL,
                    deployment IS NOT NULL
                FROM conversation WHERE workspace_id = ?1 AND external_id = ?3 AND source_id = ?2
                """)
            .Bind(1, workspaceId).Bind(2, sourceId).Bind(3, id).Bind(4, (long)EntityType.User);
        var conversation = row.Step()
            ? new KnownConversation(
                row.NullableNumber(0) is null or 0, row.Number(1) != 0, row.Number(2) != 0, row.Number(3) != 0,
                row.Number(4) != 0, row.Number(5) != 0)
            : null;
        row.Reset();
        return conversation;
    }

    public bool HasProvider(string model) => session.Prepare(
            "SELECT 1 FROM model WHERE organization_id = ?1 AND public_id = ?2 AND provider IS NOT NULL")
        .Bind(1, organizationId).Bind(2, model).FirstNumber() is not null;
}

/// <param name="MessageId">Of its answer; null: no content has come as yet.</param>
internal sealed record KnownCall(DateTime CreatedAtUtc, string? MessageId, long? UserId, long? AppId, long? ModelId);

/// <param name="HasPerson">Somebody else than the one who stands for all that are unknown.</param>
internal sealed record KnownConversation(
    bool HasPerson, bool HasApp, bool HasModel, bool HasTemperature, bool HasChannel, bool HasDeployment);
