using System.Diagnostics;

namespace UsageAdmin.Tests.Support;

/// <summary>Waits for what another thread or process does, and not for ever.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Reads again and again until it is as it should be.</summary>
    /// <returns>What was read last.</returns>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> read, Func<T, bool> isThere)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var found = await read();
            if (isThere(found))
            {
                return found;
            }

            Assert.True(waited.Elapsed < Patience, $"Still after {Patience}: {found}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
