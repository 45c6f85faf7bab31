using UsageAdmin.Organizations;

namespace UsageAdmin.Usage.Counting;

/// <summary>
/// Which things are shown together as <c>other</c> because too few people used them; none where user-level data is on
/// (exports.md section 5).
/// </summary>
internal sealed class MergedPlaces
{
    public const string Other = "other";

    private MergedPlaces(HashSet<int> places) => Places = places;

    public HashSet<int> Places { get; }

    /// <param name="places">Those that are shown.</param>
    /// <param name="users">Who used which.</param>
    public static MergedPlaces Of(
        UsageScope scope, IEnumerable<int> places, IEnumerable<(int User, int Thing)> users)
    {
        if (scope.IsIdentified)
        {
            return new MergedPlaces([]);
        }

        var byThing = users.Distinct().ToLookup(pair => pair.Thing, pair => pair.User);
        return new MergedPlaces([.. SmallGroupRule.ToMerge(
            places, scope.SmallestGroup, place => byThing[place].Count(),
            merged => merged.SelectMany(place => byThing[place]).Distinct().Count())]);
    }
}
