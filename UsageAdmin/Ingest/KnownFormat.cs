using System.Runtime.CompilerServices;

namespace UsageAdmin.Ingest;

/// <summary>Tells a file of which a part is damaged from one of something else.</summary>
internal static class KnownFormat
{
    private const int MaxHeldBack = 1000;

    /// <summary>
    /// The same items. Refusals are held back until something could be read, because a file in which nothing can is not of
    /// the format.
    /// </summary>
    /// <param name="notOurs">What the file is not, in whole sentences.</param>
    /// <exception cref="InvalidHeaderException">Nothing could be read, though the file holds something.</exception>
    /// <exception cref="UnreadableFileException">The file cannot be read any further.</exception>
    public static async IAsyncEnumerable<ImportItem> RequireAsync(
        IAsyncEnumerable<ImportItem> items, string notOurs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heldBack = new List<ImportItem>();
        var isKnown = false;
        await using var source = items.GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(source, isKnown, notOurs))
        {
            isKnown |= source.Current is not (HeaderItem or ProblemItem { Refused: true }) || heldBack.Count == MaxHeldBack;
            heldBack.Add(source.Current);
            if (isKnown)
            {
                foreach (var item in heldBack)
                {
                    yield return item;
                }

                heldBack.Clear();
            }
        }

        if (heldBack.OfType<ProblemItem>().FirstOrDefault() is { } problem)
        {
            throw new InvalidHeaderException($"{notOurs} {problem.Text}");
        }

        foreach (var item in heldBack)
        {
            yield return item;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ImportItem> items, bool isKnown, string notOurs)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (UnreadableFileException e) when (!isKnown)
        {
            throw new InvalidHeaderException($"{notOurs} {e.Message}", e);
        }
    }
}
