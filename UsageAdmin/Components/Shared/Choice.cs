namespace UsageAdmin.Components.Shared;

/// <summary>Something to choose from a list.</summary>
/// <param name="Detail">Tells those of the same name apart.</param>
public sealed record Choice(string Id, string Label, string? Detail = null);
