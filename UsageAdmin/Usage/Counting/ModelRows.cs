namespace UsageAdmin.Usage.Counting;

/// <summary>Rows of models that were used, by name, provider and whose keys they run on; most requests first, then by name.</summary>
internal static class ModelRows
{
    public static IReadOnlyList<ModelUsage> Of(UsageCounted counted) =>
    [
        .. counted.ShownModels.GroupBy(place => KeyOf(counted, place))
            .Select(group => Row(counted, group.Key, [.. group]))
            .OrderByDescending(row => row.Requests).ThenBy(row => row.Name, StringComparer.Ordinal)
            .ThenBy(row => row.Provider, StringComparer.Ordinal).ThenBy(row => row.BringYourKeys),
    ];

    private static (string Name, string? Provider, bool BringYourKeys) KeyOf(UsageCounted counted, int place) =>
        counted.Models.Merged.Places.Contains(place) ? (MergedPlaces.Other, null, false)
        : place == counted.Facts.Models.All.Length ? (UsagePeople.Unknown, null, false)
        : counted.Facts.Models.All[place] is var model ? (model.PublicId, model.Provider, model.BringYourKeys) : default;

    private static ModelUsage Row(
        UsageCounted counted, (string Name, string? Provider, bool BringYourKeys) key, IReadOnlyList<int> places)
    {
        var tally = default(ModelTally);
        foreach (var place in places)
        {
            tally.Add(counted.Counter.Models[place]);
        }

        return new ModelUsage(
            key.Name, key.Provider, key.BringYourKeys, tally.Requests.Requests, tally.Requests.Failed,
            tally.Answers.Responses == 0 ? null : (decimal)tally.Answers.ResponseMilliseconds / tally.Answers.Responses,
            tally.Requests.ToTokens());
    }
}
