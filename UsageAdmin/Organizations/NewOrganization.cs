namespace UsageAdmin.Organizations;

/// <param name="TimeZone">An IANA id.</param>
public sealed record NewOrganization(string PublicId, string Name, string TimeZone)
{
    public DayOfWeek FirstDayOfWeek { get; init; } = DayOfWeek.Sunday;

    public bool ExportsEnabled { get; init; }
}
