using System.Security.Cryptography;

namespace UsageAdmin.Data;

/// <summary>
/// Secrets of the instance: random bytes in a file that its owner alone may read, outside the database and its dumps.
/// </summary>
public static class SecretFile
{
    public const int Bytes = 32;

    /// <summary>The secret of that file, which is made where it is missing. Safe beside other processes.</summary>
    /// <exception cref="InvalidOperationException">The file holds something else.</exception>
    public static byte[] ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            // Written aside and moved, so that a second process never reads half a secret.
            var made = $"{path}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var file = new FileStream(made, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(made);
            }
        }

        var secret = File.ReadAllBytes(path);
        return secret.Length == Bytes
            ? secret
            : throw new InvalidOperationException($"{path} must hold {Bytes} bytes. Restore it from a backup.");
    }
}
