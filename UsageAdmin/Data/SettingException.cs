namespace UsageAdmin.Data;

/// <summary>A setting cannot be used. The message starts with its key and is all that the operator gets to see.</summary>
public sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
