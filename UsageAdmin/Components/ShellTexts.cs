namespace UsageAdmin.Components;

/// <summary>Names the texts of the shell: ShellTexts.resx and its languages.</summary>
public sealed class ShellTexts;
