namespace UsageAdmin.Ingest.Ndjson;

/// <summary>A record is not taken; the rest of the file goes on.</summary>
internal sealed class RefusedRecordException(string code, string? fieldName, string text) : Exception(text)
{
    public string Code => code;

    public string? Field => fieldName;
}
