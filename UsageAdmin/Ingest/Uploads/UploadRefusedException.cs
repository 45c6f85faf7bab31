namespace UsageAdmin.Ingest.Uploads;

/// <summary>Why a file, or a part of it, is not taken.</summary>
internal enum UploadRefusal
{
    /// <summary>The file has no bytes or no name.</summary>
    NoFile,

    /// <summary>More than <see cref="UploadOptions.MaxUploadBytes"/>.</summary>
    TooLarge,

    /// <summary>More than the disk has room for, beside what other uploads still have to bring.</summary>
    NoRoom,

    /// <summary>The chunk does not begin within or at the end of what is stored.</summary>
    WrongOffset,

    /// <summary>The chunk differs from what is stored already, or goes beyond the file's end.</summary>
    OtherFile,

    /// <summary>Another chunk of it is just being written.</summary>
    Busy,

    /// <summary>It has been given up or imported.</summary>
    Ended,
}

/// <param name="figure">Bytes: the most for <see cref="UploadRefusal.TooLarge"/>, the free ones for <see
/// cref="UploadRefusal.NoRoom"/>, the stored ones for <see cref="UploadRefusal.WrongOffset"/>.</param>
internal sealed class UploadRefusedException(UploadRefusal reason, long figure = 0) : Exception($"The upload was refused: {reason}.")
{
    public UploadRefusal Reason { get; } = reason;

    public long Figure { get; } = figure;
}
