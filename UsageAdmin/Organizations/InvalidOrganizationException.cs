namespace UsageAdmin.Organizations;

/// <summary>An organisation or workspace cannot be added as asked. The message is one line for the person who asked.</summary>
/// <param name="field">Which value is wrong: <c>id</c>, <c>name</c>, <c>zone</c> or <c>organization</c>.</param>
public sealed class InvalidOrganizationException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
