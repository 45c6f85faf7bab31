using UsageAdmin.Data;

namespace UsageAdmin.Server;

/// <summary>
/// Keeps a second server off the data directory where the database lies in it: two checkpointers could damage it. Servers that
/// share a database may share the directory too.
/// </summary>
internal sealed class ServerLock(DataDirectory directory, UsageDatabase database) : IHostedLifecycleService, IDisposable
{
    private FileStream? _file;

    /// <exception cref="SettingException">Another server holds the directory.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (database.IsShared)
        {
            return Task.CompletedTask;
        }

        try
        {
            _file = new FileStream(
                Path.Combine(directory.Root, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new SettingException(
                $"{DataDirectory.Setting}: a server is running on {directory.Root} already.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SettingException($"{DataDirectory.Setting}: {directory.Root} cannot be written to.", e);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _file?.Dispose();
}
