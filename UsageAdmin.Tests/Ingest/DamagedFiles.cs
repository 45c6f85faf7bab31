using UsageAdmin.Ingest;

namespace UsageAdmin.Tests.Ingest;

/// <summary>Reads a file with random damage, again and again.</summary>
internal static class DamagedFiles
{
    /// <summary>
    /// Cuts and flips bytes. Whatever comes out is well formed, and nothing is thrown but what says that the file cannot be
    /// read.
    /// </summary>
    /// <returns>How many of the damaged files gave something.</returns>
    public static async Task<int> ReadAsync(
        IImportReader reader, byte[] whole, string path, int seed, int rounds, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var read = 0;
        for (var round = 0; round < rounds; round++)
        {
            await File.WriteAllBytesAsync(path, Damage(whole, random), cancellationToken);
            try
            {
                var items = 0;
                await foreach (var item in reader.ReadAsync(new ImportFile(path, "w"), cancellationToken))
                {
                    WellFormed.Assert(item);
                    items++;
                }

                read += items > 0 ? 1 : 0;
            }
            catch (Exception e) when (e is InvalidHeaderException or UnreadableFileException)
            {
                Assert.NotEmpty(e.Message);
            }
        }

        return read;
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        const string Marks = "{}[]\",:\\n0\0\n";
        var damaged = random.Next(3) == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
        for (var flips = random.Next(1, 6); flips > 0 && damaged.Length > 0; flips--)
        {
            damaged[random.Next(damaged.Length)] =
                random.Next(2) == 0 ? (byte)random.Next(256) : (byte)Marks[random.Next(Marks.Length)];
        }

        return damaged;
    }
}
