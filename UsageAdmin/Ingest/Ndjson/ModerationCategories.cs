using System.Text.Json;

namespace UsageAdmin.Ingest.Ndjson;

/// <summary>
/// The categories of a moderation record. A value is a score, or true and false, or an object with <c>flagged</c>,
/// <c>score</c> and <c>action</c>.
/// </summary>
internal static class ModerationCategories
{
    /// <summary>The category of a check that names none.</summary>
    public const string Unspecified = "unspecified";

    public static List<(string Category, bool? Flagged, double? Score, string? Action)> Read(ref Record record)
    {
        var categories = new List<(string, bool?, double?, string?)>();
        if (!record.StartsObject())
        {
            return categories;
        }

        while (record.Next())
        {
            var category = record.Name;
            switch (record.Kind)
            {
                case JsonTokenType.True or JsonTokenType.False:
                    categories.Add((category, record.Boolean(), null, null));
                    break;
                case JsonTokenType.StartObject:
                    categories.Add(ReadOne(ref record, category));
                    break;
                default:
                    categories.Add((category, null, record.Real(), null));
                    break;
            }
        }

        return categories;
    }

    /// <summary>
    /// One result per category. Where only the check as a whole is flagged, that is its highest score and every score of
    /// at least a half.
    /// </summary>
    public static IReadOnlyList<ModerationResult> Results(
        List<(string Category, bool? Flagged, double? Score, string? Action)> categories, bool? flagged, string? action)
    {
        if (categories.Count == 0)
        {
            return [new ModerationResult(Unspecified, flagged == true, Score: null, action)];
        }

        var highest = categories.Max(c => c.Score ?? 0);
        return categories.ConvertAll(c => new ModerationResult(
            c.Category,
            c.Flagged ?? (flagged == true && (c.Score is null || c.Score >= 0.5 || c.Score == highest)),
            c.Score,
            c.Action ?? action));
    }

    private static (string, bool?, double?, string?) ReadOne(ref Record record, string category)
    {
        bool? flagged = null;
        double? score = null;
        string? action = null;
        while (record.Next())
        {
            if (record.Is("flagged"u8))
            {
                flagged = record.Boolean();
            }
            else if (record.Is("score"u8))
            {
                score = record.Real();
            }
            else if (record.Is("action"u8))
            {
                action = NdjsonRecordParser.ModerationAction(ref record);
            }
            else
            {
                record.Skip();
            }
        }

        return (category, flagged, score, action);
    }
}
