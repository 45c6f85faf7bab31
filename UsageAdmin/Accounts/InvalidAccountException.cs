namespace UsageAdmin.Accounts;

/// <summary>An account cannot be added as asked. The message is one line for the person who asked.</summary>
/// <param name="field"><c>email</c>, <c>password</c>, <c>organization</c> or <c>workspace</c>.</param>
public sealed class InvalidAccountException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
