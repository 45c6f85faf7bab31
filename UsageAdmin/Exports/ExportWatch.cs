using System.Data.Common;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;

namespace UsageAdmin.Exports;

/// <summary>
/// Beside the exports that this process makes: looks twice a second whether somebody, perhaps in another process, wants one
/// to stop, and writes down how far they have come.
/// </summary>
public sealed partial class ExportWatch(UsageDatabase database, TimeProvider time, ILogger<ExportWatch> log) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (RunningExport Export, long WrittenRows)> _running = new(StringComparer.Ordinal);
    private ITimer? _timer;
    private int _looking;
    private bool _isEvenLook;

    internal void Add(RunningExport export)
    {
        lock (_gate)
        {
            _running.Add(export.PublicId, (export, 0));
            _timer ??= time.CreateTimer(_ => Look(), null, Interval, Interval);
        }
    }

    internal void Remove(RunningExport export)
    {
        lock (_gate)
        {
            _running.Remove(export.PublicId);
            if (_running.Count == 0)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        try
        {
            CancelWhereAsked();
            _isEvenLook = !_isEvenLook;
            if (_isEvenLook)
            {
                WriteProgress();
            }
        }
#pragma warning disable CA1031 // What a timer's call throws ends the program. The next look may do better; the export itself goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LookFailed(log, e is DbException ? LogLevel.Debug : LogLevel.Warning, e);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void CancelWhereAsked()
    {
        using var session = database.OpenRead();
        var row = session.Prepare("SELECT public_id FROM export WHERE state = ?1 AND cancel_requested_at IS NOT NULL")
            .Bind(1, (long)ExportState.Running);
        while (row.Step())
        {
            RunningExport? asked;
            lock (_gate)
            {
                asked = _running.GetValueOrDefault(row.Text(0)!).Export;
            }

            asked?.Cancel();
        }
    }

    private void WriteProgress()
    {
        (RunningExport Export, long WrittenRows)[] moved;
        lock (_gate)
        {
            moved = [.. _running.Values.Where(r => r.Export.Progress.DoneRows != r.WrittenRows)];
        }

        if (moved.Length == 0)
        {
            return;
        }

        // Progress waits for nobody: while somebody else writes, the next look brings newer figures.
        using var session = database.OpenWrite(waits: false);
        foreach (var (export, _) in moved)
        {
            var rows = export.Progress.DoneRows;
            session.Prepare("UPDATE export SET done_rows = ?1, expected_rows = ?2 WHERE public_id = ?3 AND state = ?4")
                .Bind(1, rows).Bind(2, export.Progress.ExpectedRows).Bind(3, export.PublicId)
                .Bind(4, (long)ExportState.Running).Execute();
            lock (_gate)
            {
                if (_running.ContainsKey(export.PublicId))
                {
                    _running[export.PublicId] = (export, rows);
                }
            }
        }
    }

    [LoggerMessage(Message = "The progress of exports could not be looked after")]
    private static partial void LookFailed(ILogger log, LogLevel level, Exception exception);
}
