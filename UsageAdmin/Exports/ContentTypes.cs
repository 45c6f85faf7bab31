namespace UsageAdmin.Exports;

/// <summary>Media types of the formats.</summary>
public static class ContentTypes
{
    public const string Csv = "text/csv; charset=utf-8";
    public const string Zip = "application/zip";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Json = "application/json";

    /// <param name="format">As in history: <c>csv</c>, <c>zip</c>, <c>xlsx</c>, <c>json</c>.</param>
    public static string Of(string format) => format switch
    {
        "csv" => Csv,
        "zip" => Zip,
        "xlsx" => Xlsx,
        "json" => Json,
        _ => "application/octet-stream",
    };
}
