using UsageAdmin.Data;
using UsageAdmin.Data.RollUps;

namespace UsageAdmin.Analytics.Counting;

/// <summary>What only the page shows: sections, hours of the week and the people behind models.</summary>
internal sealed class Breakdown(Facts facts)
{
    /// <summary>Messages by hour of the week, Monday 00:00 first.</summary>
    public long[] Hours { get; } = new long[7 * 24];

    /// <summary>By section; the last place is that of conversations in none. Sections may overlap.</summary>
    public long[] SectionMessages { get; } = new long[facts.Sections.Length + 1];

    public Bits SectionUsers { get; } = new(facts.Sections.Length + 1, facts.Users.Length);

    public Bits ModelUsers { get; } = new(facts.Models.Length + 1, facts.Users.Length);

    public long Bytes => SectionUsers.Bytes + ModelUsers.Bytes;

    /// <summary>Counts the rows of a UTC day that lie in the period of the quarters.</summary>
    public void Add(int workspace, MessageRows rows, LocalQuarters quarters)
    {
        var (users, models) = (rows.Users, rows.Models);
        var quarter = rows[MessageColumn.Quarter];
        var sections = rows[MessageColumn.SectionId];
        var messages = rows[MessageColumn.Messages];
        var createdAt = rows[MessageColumn.ConversationCreatedAt];
        for (var row = 0; row < rows.Count; row++)
        {
            if (quarters.Day[(int)quarter[row]] >= 0)
            {
                Hours[quarters.HourOfWeek[(int)quarter[row]]] += messages[row];
                ModelUsers.Set(models[row], users[row]);
                AddToSections(workspace, users[row], sections[row], createdAt[row], messages[row]);
            }
        }
    }

    /// <summary>Adds what a part of the period counted.</summary>
    public void Join(Breakdown part)
    {
        for (var hour = 0; hour < Hours.Length; hour++)
        {
            Hours[hour] += part.Hours[hour];
        }

        for (var section = 0; section < SectionMessages.Length; section++)
        {
            SectionMessages[section] += part.SectionMessages[section];
        }

        SectionUsers.Join(part.SectionUsers, 0);
        ModelUsers.Join(part.ModelUsers, 0);
    }

    /// <summary>
    /// A conversation's own section, or those of its workspace that its user was in when it began (decisions.md 9).
    /// </summary>
    private void AddToSections(int workspace, int user, long sectionId, long createdAt, long messages)
    {
        if (sectionId != 0)
        {
            AddTo(facts.SectionIndexes.Of(sectionId), user, messages);
            return;
        }

        var isInNone = true;
        foreach (ref readonly var stay in facts.SectionStays.Of(user))
        {
            if (stay.Workspace == workspace && stay.JoinedAt <= createdAt && stay.LeftAt > createdAt)
            {
                isInNone = false;
                AddTo(stay.Section, user, messages);
            }
        }

        if (isInNone)
        {
            AddTo(SectionMessages.Length - 1, user, messages);
        }
    }

    private void AddTo(int section, int user, long messages)
    {
        SectionMessages[section] += messages;
        SectionUsers.Set(section, user);
    }
}
