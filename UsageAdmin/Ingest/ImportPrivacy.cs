using System.Security.Cryptography;
using System.Text;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest;

/// <summary>What of texts an import takes in.</summary>
public enum ImportedContent
{
    Full,

    /// <summary>No texts and comments; titles of conversations and names of files stay.</summary>
    Metadata,

    /// <summary>No titles and names of files either.</summary>
    None,
}

/// <summary>How an import takes people in.</summary>
public enum ImportedPeople
{
    Named,

    /// <summary>Under an id that only this instance can compute, without name and address.</summary>
    Pseudonymous,
}

/// <summary>
/// Takes out of items what an import is not to store, whatever format they come from. What is taken out is absent, so an
/// import without texts leaves those that are stored.
/// </summary>
internal sealed class ImportPrivacy(ImportedContent content, byte[]? pseudonymKey)
{
    /// <summary>Told apart from the pseudonyms of exports, which are <c>u_</c> and 16 digits.</summary>
    private const string Prefix = "person-";

    public async IAsyncEnumerable<ImportItem> ApplyAsync(IAsyncEnumerable<ImportItem> items)
    {
        await foreach (var item in items)
        {
            yield return WithPeople(WithContent(item));
        }
    }

    private ImportItem WithContent(ImportItem item)
    {
        if (content == ImportedContent.Full || item is not ConversationItem conversation)
        {
            return item;
        }

        Replace(conversation.Messages, message => message with { Content = default });
        Replace(conversation.Feedback, feedback => feedback with { Comment = default });
        if (content == ImportedContent.Metadata)
        {
            return conversation;
        }

        Replace(conversation.Files, file => file with { Name = default });
        return conversation with { Title = default };
    }

    private ImportItem WithPeople(ImportItem item)
    {
        if (pseudonymKey is null)
        {
            return item;
        }

        switch (item)
        {
            case UserItem user:
                return user with { Id = Of(user.Id), Name = default, Email = default };
            case MembershipItem membership:
                return membership with { UserId = Of(membership.UserId) };
            case CreatedItem created:
                return created with { CreatorId = Of(created.CreatorId) };
            case WorkflowRunItem run:
                return run with { UserId = Of(run.UserId) };
            case UsageEventItem usage:
                return usage with { UserId = Of(usage.UserId) };
            case TombstoneItem { Entity: EntityType.User } tombstone:
                return tombstone with { Id = Of(tombstone.Id) };
            case ConversationItem conversation:
                Replace(conversation.Feedback, feedback => feedback with { UserId = Of(feedback.UserId) });
                Replace(conversation.Requests, request => request with { UserId = Of(request.UserId) });
                Replace(conversation.Actions, action => action with { UserId = Of(action.UserId) });
                return conversation with { UserId = Of(conversation.UserId) };
            default:
                return item;
        }
    }

    private Field<string> Of(Field<string> userId) => userId.Value is { } id ? Of(id) : userId;

    private string Of(string userId)
    {
        var hash = HMACSHA256.HashData(pseudonymKey!, Encoding.UTF8.GetBytes(userId));
        return Prefix + Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }

    private static void Replace<T>(List<T> items, Func<T, T> replace)
    {
        for (var i = 0; i < items.Count; i++)
        {
            items[i] = replace(items[i]);
        }
    }
}
