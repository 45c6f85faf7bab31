using Microsoft.Extensions.Primitives;
using UsageAdmin.Exports;

namespace UsageAdmin.Usage;

/// <summary>Reads what is to be exported from a query string or from a command's options.</summary>
internal static class UsageRequests
{
    /// <summary>Null: it cannot be exported, and <paramref name="problems"/> says which field is wrong and what would be right.</summary>
    public static UsageRequest? Of(
        UsageScope scope, UsageDataType type, IEnumerable<KeyValuePair<string, StringValues>> fields, TimeProvider time,
        out IReadOnlyDictionary<string, string[]> problems)
    {
        var today = scope.Today(time);
        var filter = UsageFilter.Parse(fields.Where(IsOfExports), today, out var wrong);
        var days = filter.Chosen(today, scope.Organization.FirstDayOfWeek);
        if (wrong.Count == 0 && days is null)
        {
            wrong = new Dictionary<string, UsageProblem>(StringComparer.Ordinal) { ["range"] = UsageProblem.NoRange };
        }

        problems = wrong.Count > 0 ? UsageProblems.InWords(wrong, today) : QueryFields.ForeignFilters(fields);
        return problems.Count == 0
            ? new UsageRequest(type, UsagePeriod.Of(days!.Value, scope.Zone), filter.IsExtended, filter.IncludesInactive)
            : null;
    }

    /// <summary>The route or the command names the type; what else the page's address holds is about the page.</summary>
    private static bool IsOfExports(KeyValuePair<string, StringValues> field) =>
        field.Key is "range" or "from" or "to" or "layout" or "includeInactive";
}
