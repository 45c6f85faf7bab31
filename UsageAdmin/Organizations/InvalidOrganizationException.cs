namespace UsageAdmin.Organizations;

/// <summary>An organisation or workspace cannot be added or changed as asked. The message is one line for the person who asked.</summary>
/// <param name="field">Which value is wrong: <c>id</c>, <c>name</c>, <c>zone</c>, <c>organization</c>, <c>note</c> or
/// <c>confirmation</c>.</param>
public sealed class InvalidOrganizationException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}
