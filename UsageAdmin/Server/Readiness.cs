namespace UsageAdmin.Server;

/// <summary>Whether the server can answer: not before migration and demo data are done, and not once it stops.</summary>
internal sealed class Readiness
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _stopping;

    public Readiness(IHostApplicationLifetime lifetime)
    {
        _stopping = lifetime.ApplicationStopping;
        _stopping.Register(() => _settled.TrySetCanceled());
    }

    /// <summary>Ends when the server became ready; carries the failure if it never will, and is cancelled by a stop.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Start-up is done. Stays true while the server stops.</summary>
    public bool HasStarted => _settled.Task.IsCompletedSuccessfully;

    public bool IsReady => HasStarted && !_stopping.IsCancellationRequested;

    public void Ready() => _settled.TrySetResult();

    public void Fail(Exception failure) => _settled.TrySetException(failure);
}
