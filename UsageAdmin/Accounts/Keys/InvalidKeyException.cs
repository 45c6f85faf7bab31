namespace UsageAdmin.Accounts.Keys;

/// <summary>A key cannot be made or changed as asked. The message is one line for the person who asked.</summary>
/// <param name="field"><c>name</c>, <c>scope</c>, <c>expires</c>, <c>grace</c> or <c>key</c>.</param>
public sealed class InvalidKeyException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
