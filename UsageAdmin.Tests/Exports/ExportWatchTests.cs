using Microsoft.Extensions.Logging.Abstractions;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;
using UsageAdmin.Tests.Support;

namespace UsageAdmin.Tests.Exports;

public sealed class ExportWatchTests
{
    [Fact]
    public async Task A_look_that_fails_ends_neither_the_export_nor_the_program()
    {
        var test = await TestDatabase.CreateAsync();
        var time = new TimeByHand();
        using var watch = new ExportWatch(test.Database, time, NullLogger<ExportWatch>.Instance);
        var exports = new ExportLog(test.Database, test.Directory, new AuditLog(test.Database, time), watch, time);
        var start = SomeExports.Csv(test.Organization, test.Workspace, SomeExports.Rows(1)).Start;
        var running = exports.Start(start);

        // As when the server stops: a timer's last call may come behind it.
        await test.DisposeAsync();
        time.Tick();

        Assert.False(running.Stopping.IsCancellationRequested);
    }

    /// <summary>Its timers go off when they are told to.</summary>
    private sealed class TimeByHand : TimeProvider
    {
        private Action? _tick;

        public void Tick() => _tick?.Invoke();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick += () => callback(state);
            return new NoTimer();
        }
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
