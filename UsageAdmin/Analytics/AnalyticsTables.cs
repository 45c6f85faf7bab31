using System.Globalization;
using UsageAdmin.Analytics.Counting;
using UsageAdmin.Components.Shared;

namespace UsageAdmin.Analytics;

/// <summary>The page's tables: search, order and one page of what the same rows in the files hold.</summary>
internal static class AnalyticsTables
{
    private const int LongestName = 100;

    public static AnalyticsTable Page(CountedRange counted, AnalyticsFilter filter) => filter.Table switch
    {
        AnalyticsTableKind.People => People(counted, filter),
        AnalyticsTableKind.Apps => Apps(counted.Figures, filter),
        _ => Categories(counted.Figures, filter),
    };

    private static AnalyticsTable People(CountedRange counted, AnalyticsFilter filter)
    {
        var figures = counted.Figures;
        var places = figures.UserPlaces
            .Where(user => filter.Search is null || Matches(filter, counted.People.SearchTexts(user, counted.Whole.Period.To))).ToList();

        // By messages is how nearly everybody wants them: only the page is put in order and made then.
        var page = filter is { Sort: null or "messages", IsAscending: false }
            ? Paged(figures.InOrder(places), filter).Select(place => (place, figures.UserAt(place)))
            : Paged(Ordered(places.Select(place => (Place: place, Figures: figures.UserAt(place))), filter, Key, p => p.Figures.UserId), filter);
        return new AnalyticsTable(
            AnalyticsTableKind.People, [.. page.Select(p => RowOf(p.Item1, p.Item2))], [], [], places.Count);

        PersonRow RowOf(int place, UserFigures user) => new(
            user with
            {
                Name = user.Name is { } name && Names.IsVisible(name) ? Names.Cut(name, LongestName) : null,
                Email = user.Email is { } email ? Names.Cut(email, LongestName) : null,
            },
            place == counted.Facts.UnknownUser
                ? []
                : [.. counted.Whole.UsedBy(place).Select(w => counted.Facts.Scope.Workspaces[w].PublicId)]);

        IComparable? Key((int Place, UserFigures Figures) row) => (filter.Sort, row.Figures) switch
        {
            ("name", var user) => user.Label,
            ("conversations", var user) => user.ConversationsStarted,
            ("days", var user) => user.ActiveDays,
            ("created", var user) => user.AppsCreated,
            ("reached", var user) => user.UsersReached,
            ("last", var user) => user.LastActiveAt ?? DateOnly.MinValue,
            (_, var user) => user.MessagesSent,
        };
    }

    private static AnalyticsTable Apps(PeriodSummary figures, AnalyticsFilter filter)
    {
        var rows = Ordered(
            figures.Apps.Where(app => Matches(filter, app.Name, app.AppId, app.Category)), filter,
            app => filter.Sort switch
            {
                "name" => app.Name ?? app.AppId,
                "category" => app.Category ?? "",
                "users" => app.UniqueUsers,
                "conversations" => app.Sessions,
                "flagged" => app.FlaggedMessages,
                "moderated" => app.ModeratedMessages,
                "last" => app.LastUsedAt ?? DateOnly.MinValue,
                _ => app.MessagesTotal,
            },
            app => app.AppId).ToList();
        return new AnalyticsTable(
            AnalyticsTableKind.Apps, [],
            [
                .. Paged(rows, filter).Select(app => app with
                {
                    Name = app.Name is { } name && Names.IsVisible(name) ? Names.Cut(name, LongestName) : null,
                    Category = app.Category is { } category ? Names.Cut(category, LongestName) : null,
                    Model = app.Model is { } model ? Names.Cut(model, LongestName) : null,
                    CreatorName = null,
                    CreatorEmail = null,
                }),
            ],
            [], rows.Count);
    }

    private static AnalyticsTable Categories(PeriodSummary figures, AnalyticsFilter filter)
    {
        var rows = Ordered(
            figures.Categories.Where(category => Matches(filter, category.Category)), filter,
            category => filter.Sort switch
            {
                "name" => category.Category,
                "apps" => category.ActiveApps,
                "published" => category.PublishedApps,
                "users" => category.UniqueUsers,
                "conversations" => category.Sessions,
                _ => category.MessagesTotal,
            },
            category => category.Category).ToList();
        return new AnalyticsTable(
            AnalyticsTableKind.Categories, [], [],
            [.. Paged(rows, filter).Select(c => c with { Category = Names.Cut(c.Category, LongestName) })], rows.Count);
    }

    private static bool Matches(AnalyticsFilter filter, params ReadOnlySpan<string?> texts)
    {
        if (string.IsNullOrWhiteSpace(filter.Search))
        {
            return true;
        }

        foreach (var text in texts)
        {
            if (text is not null && text.Contains(filter.Search.Trim(), StringComparison.CurrentCultureIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<TRow> Ordered<TRow>(
        IEnumerable<TRow> rows, AnalyticsFilter filter, Func<TRow, IComparable?> key, Func<TRow, string> id)
    {
        var comparer = Comparer<IComparable?>.Create((a, b) =>
            (a, b) is (string first, string second)
                ? CultureInfo.CurrentCulture.CompareInfo.Compare(first, second, CompareOptions.IgnoreCase)
                : Comparer<IComparable?>.Default.Compare(a, b));
        return (filter.IsAscending ? rows.OrderBy(key, comparer) : rows.OrderByDescending(key, comparer))
            .ThenBy(id, StringComparer.Ordinal);
    }

    private static IEnumerable<TRow> Paged<TRow>(IEnumerable<TRow> rows, AnalyticsFilter filter) =>
        rows.Skip((filter.Page - 1) * AnalyticsTable.PageSize).Take(AnalyticsTable.PageSize);
}
