using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Ingest.Jobs;

namespace UsageAdmin.Ingest.Uploads;

/// <summary>Files that browsers send in chunks. An upload belongs to the account that began it.</summary>
internal sealed class UploadedFiles(
    IDbContextFactory<UsageDbContext> contexts, DataDirectory directory, ImportWriter writer, IOptions<UploadOptions> options,
    TimeProvider time)
{
    private const int LongestName = 255;

    /// <summary>What the database and temporary files may need beside an upload.</summary>
    private const long SpareBytes = 256 << 20;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// A new upload, or the account's one of a file with the same name and size that stopped on its way: whoever sends it
    /// goes on behind <see cref="ImportUpload.Received"/>.
    /// </summary>
    /// <exception cref="UploadRefusedException">It is empty, too large, or there is no room for it.</exception>
    public async Task<ImportUpload> BeginAsync(
        long workspaceId, long accountId, string fileName, long bytes, ImportChoices choices,
        CancellationToken cancellationToken)
    {
        var name = NameOf(fileName);
        if (name.Length == 0 || bytes <= 0)
        {
            throw new UploadRefusedException(UploadRefusal.NoFile);
        }

        if (bytes > options.Value.MaxUploadBytes)
        {
            throw new UploadRefusedException(UploadRefusal.TooLarge, options.Value.MaxUploadBytes);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ImportUploads.SingleOrDefaultAsync(
            u => u.WorkspaceId == workspaceId && u.AccountId == accountId && u.State == UploadState.Receiving
                && u.FileName == name && u.Bytes == bytes, cancellationToken) is { } stopped)
        {
            (stopped.Format, stopped.Options, stopped.SeenAtUtc) = (choices.Format, choices.Options.ToJson(), Now);
            writer.InTurn(() => db.SaveChanges());
            return stopped;
        }

        var expected = await db.ImportUploads.Where(u => u.State == UploadState.Receiving)
            .SumAsync(u => u.Bytes - u.Received, cancellationToken);
        if (FreeBytes() - expected - SpareBytes is var free && bytes > free)
        {
            throw new UploadRefusedException(UploadRefusal.NoRoom, Math.Max(0, free));
        }

        var upload = new ImportUpload
        {
            PublicId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            WorkspaceId = workspaceId,
            AccountId = accountId,
            FileName = name,
            Bytes = bytes,
            Format = choices.Format,
            Options = choices.Options.ToJson(),
            CreatedAtUtc = Now,
            SeenAtUtc = Now,
        };
        db.ImportUploads.Add(upload);
        writer.InTurn(() => db.SaveChanges());
        return upload;
    }

    /// <summary>Null: there is none that belongs to the account.</summary>
    public async Task<ImportUpload?> FindAsync(
        long workspaceId, long accountId, string publicId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ImportUploads.AsNoTracking().SingleOrDefaultAsync(
            u => u.WorkspaceId == workspaceId && u.AccountId == accountId && u.PublicId == publicId, cancellationToken);
    }

    /// <summary>
    /// Stores a chunk and what it says on the disk itself. What is stored already must be the same in the chunk, so one that
    /// is sent twice does no harm. The last one makes the upload <see cref="UploadState.ToCheck"/>.
    /// </summary>
    /// <param name="offset">Where in the file the chunk begins.</param>
    /// <exception cref="UploadRefusedException">See <see cref="UploadRefusal"/>; nothing of the chunk counts.</exception>
    public async Task<ImportUpload> AppendAsync(
        ImportUpload upload, long offset, Stream chunk, CancellationToken cancellationToken)
    {
        await using var file = OpenAlone(PathOf(upload));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.ImportUploads.SingleAsync(u => u.Id == upload.Id, cancellationToken);
        if (row.State == UploadState.Ended)
        {
            throw new UploadRefusedException(UploadRefusal.Ended);
        }

        if (row.State != UploadState.Receiving)
        {
            return row;
        }

        // What a chunk left behind that was cut off does not count.
        row.Received = Math.Min(row.Received, file.Length);
        file.SetLength(row.Received);
        if (offset < 0 || offset > row.Received)
        {
            throw new UploadRefusedException(UploadRefusal.WrongOffset, row.Received);
        }

        var end = await WriteAsync(file, row, offset, chunk, cancellationToken);
        file.Flush(flushToDisk: true);
        row.Received = Math.Max(row.Received, end);
        row.State = row.Received == row.Bytes ? UploadState.ToCheck : UploadState.Receiving;
        row.SeenAtUtc = Now;
        var kept = writer.InTurn(() => db.ImportUploads
            .Where(u => u.Id == row.Id && u.State == UploadState.Receiving)
            .ExecuteUpdate(
                set => set.SetProperty(u => u.Received, row.Received).SetProperty(u => u.State, row.State)
                    .SetProperty(u => u.SeenAtUtc, row.SeenAtUtc)));
        return kept == 1 ? row : throw new UploadRefusedException(UploadRefusal.Ended);
    }

    /// <summary>Gives an upload up that is neither looked at nor imported at the moment, and deletes its file.</summary>
    /// <returns>False: it is, or it has ended already.</returns>
    public async Task<bool> EndAsync(long uploadId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.ImportUploads.AsNoTracking().SingleAsync(u => u.Id == uploadId, cancellationToken);
        var ended = writer.InTurn(() => db.ImportUploads
            .Where(u => u.Id == uploadId && u.State != UploadState.Checking && u.State != UploadState.Importing
                && u.State != UploadState.Ended)
            .ExecuteUpdate(set => set.SetProperty(u => u.State, UploadState.Ended).SetProperty(u => u.SeenAtUtc, Now)));
        if (ended == 1)
        {
            File.Delete(PathOf(row));
        }

        return ended == 1;
    }

    public string PathOf(ImportUpload upload) => Path.Combine(directory.Uploads, upload.PublicId);

    /// <summary>What a browser says the file is called, without folders, as text that can be stored.</summary>
    private static string NameOf(string fileName)
    {
        var name = fileName[(fileName.AsSpan().LastIndexOfAny('/', '\\') + 1)..].Trim();
        var stored = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (stored.Length + rune.Utf16SequenceLength > LongestName)
            {
                break;
            }

            stored.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return stored.ToString();
    }

    private static FileStream OpenAlone(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException e) when (!DiskFull.Is(e))
        {
            throw new UploadRefusedException(UploadRefusal.Busy);
        }
    }

    /// <returns>Where the chunk ends in the file.</returns>
    private static async Task<long> WriteAsync(
        FileStream file, ImportUpload row, long offset, Stream chunk, CancellationToken cancellationToken)
    {
        var (buffer, stored) = (new byte[64 << 10], new byte[64 << 10]);
        var at = file.Position = offset;
        while (await chunk.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            var known = (int)Math.Clamp(row.Received - at, 0, read);
            await file.ReadExactlyAsync(stored.AsMemory(0, known), cancellationToken);
            if (!stored.AsSpan(0, known).SequenceEqual(buffer.AsSpan(0, known)) || at + read > row.Bytes)
            {
                throw new UploadRefusedException(UploadRefusal.OtherFile);
            }

            await file.WriteAsync(buffer.AsMemory(known, read - known), cancellationToken);
            at += read;
        }

        return at;
    }

    private long FreeBytes() => new DriveInfo(
        OperatingSystem.IsWindows() ? Path.GetPathRoot(directory.Uploads)! : directory.Uploads).AvailableFreeSpace;
}
