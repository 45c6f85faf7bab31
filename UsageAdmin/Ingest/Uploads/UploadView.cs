using UsageAdmin.Data.Schema;

namespace UsageAdmin.Ingest.Uploads;

/// <summary>An upload's state as it stands in JSON.</summary>
/// <param name="Received">Bytes that are stored; the next chunk begins there.</param>
/// <param name="State"><c>receiving</c>, <c>to-check</c>, <c>checking</c>, <c>checked</c>, <c>to-import</c>, <c>importing</c> or <c>ended</c>.</param>
internal sealed record UploadView(string Id, string Name, long Bytes, long Received, string State)
{
    public static UploadView Of(ImportUpload upload) =>
        new(upload.PublicId, upload.FileName, upload.Bytes, upload.Received, NameOf(upload.State));

    public static string NameOf(UploadState state) => state switch
    {
        UploadState.Receiving => "receiving",
        UploadState.ToCheck => "to-check",
        UploadState.Checking => "checking",
        UploadState.Checked => "checked",
        UploadState.ToImport => "to-import",
        UploadState.Importing => "importing",
        UploadState.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
