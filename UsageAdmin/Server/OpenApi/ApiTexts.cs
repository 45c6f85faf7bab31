namespace UsageAdmin.Server.OpenApi;

/// <summary>Names the texts of the page about the API: ApiTexts.resx and its languages.</summary>
public sealed class ApiTexts;
