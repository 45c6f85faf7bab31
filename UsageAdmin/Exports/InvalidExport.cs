namespace UsageAdmin.Exports;

/// <summary>The answer to an export that cannot be made as asked for: 400, before the first byte.</summary>
public static class InvalidExport
{
    /// <param name="problems">By field of the query string, what is wrong and what would be right.</param>
    public static IResult Answer(IReadOnlyDictionary<string, string[]> problems) => Results.ValidationProblem(
        problems.ToDictionary(p => p.Key, p => p.Value), type: "invalid-request",
        title: "The export cannot be made as asked for.");
}
