namespace UsageAdmin.Usage;

/// <summary>What of a workspace's usage is exported.</summary>
/// <param name="IsExtended"><c>layout=extended</c>: further columns behind the contract's.</param>
/// <param name="IncludesInactive">Whether users without any usage have rows. Ranks count them either way.</param>
public sealed record UsageRequest(
    UsageDataType Type, UsagePeriod Period, bool IsExtended = false, bool IncludesInactive = true);
