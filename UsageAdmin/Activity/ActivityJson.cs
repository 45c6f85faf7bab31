using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Threading.Channels;
using UsageAdmin.Data;
using UsageAdmin.Data.Schema;
using UsageAdmin.Exports;
using UsageAdmin.Organizations;

namespace UsageAdmin.Activity;

/// <summary>
/// The Activity export: one JSON file in the shape and order of document 000 (exports.md 1.B.1), one conversation a line,
/// ordered by start, then id. Its closing bracket is written on success alone.
/// </summary>
internal sealed class ActivityJson
{
    /// <summary>
    /// What one thread writes at a time, where two do. In a busy month of a million messages it is half of what may wait.
    /// </summary>
    private const long SliceMilliseconds = 15 * 60 * 1000;
    private const long RemoteSliceMilliseconds = 60 * 60 * 1000;

    /// <summary>Slices that may wait for those before them, and how many bytes of each.</summary>
    private const int SlicesAhead = 4;
    private const long BytesAhead = 2 << 20;

    private readonly UsageSession _session;
    private readonly ActivitySelection _selection;
    private readonly PipeWriter _destination;
    private readonly JsonOutput _json;
    private readonly NameLookup _names;
    private readonly Pseudonyms _pseudonyms;
    private readonly ExportProgress? _progress;
    private readonly (long From, long To) _range;
    private readonly bool _identified;
    private readonly long _slice;
    private long _conversations;
    private long _copiedBytes;
    private long _nextSlice;

    private ActivityJson(
        UsageSession session, ActivitySelection selection, Pseudonyms pseudonyms, PipeWriter destination, ExportProgress? progress)
    {
        _session = session;
        _selection = selection;
        _pseudonyms = pseudonyms;
        _destination = destination;
        _json = new JsonOutput(destination);
        _names = new NameLookup(session, selection.NamesAtUtc);
        _progress = progress;
        _range = (UnixMilliseconds.From(selection.FromUtc), UnixMilliseconds.From(selection.ToUtc));
        _nextSlice = _range.From;
        _slice = session.IsRemote ? RemoteSliceMilliseconds : SliceMilliseconds;
        _identified = selection.Scope.Identified;
    }

    /// <summary>Writes the file and flushes it; does not complete the pipe.</summary>
    /// <param name="second">On the same snapshot, for a second thread; null: one thread writes.</param>
    /// <returns>Conversations and bytes written.</returns>
    public static async Task<(long Conversations, long Bytes)> WriteAsync(
        UsageSession session, UsageSession? second, ActivitySelection selection, Pseudonyms pseudonyms,
        DateTime exportedAtUtc, PipeWriter destination, ExportProgress? progress, CancellationToken cancellationToken)
    {
        var file = new ActivityJson(session, selection, pseudonyms, destination, progress);
        file.WriteHead(exportedAtUtc);
        await (second is null ? file.WriteAloneAsync(cancellationToken) : file.WriteByTwoAsync(second, cancellationToken));
        file.WriteTail();
        await file._json.FlushAsync(cancellationToken);
        return (file._conversations, file._json.Bytes + file._copiedBytes);
    }

    private Task WriteAloneAsync(CancellationToken cancellationToken) =>
        new ConversationsJson(_session, _selection, _pseudonyms)
            .WriteAsync(_range.From, _range.To, _json, isFirst: true, Counted, cancellationToken);

    /// <summary>Two threads write slices of the range, each into a pipe of its own, which come to the file in their order.</summary>
    private async Task WriteByTwoAsync(UsageSession second, CancellationToken cancellationToken)
    {
        await _json.FlushAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var turn = new SemaphoreSlim(1);
        var slices = Channel.CreateBounded<PipeReader>(SlicesAhead);
        var writing = Task.WhenAll(new[] { _session, second }.Select(session => Task.Run(
            () => WriteSlicesAsync(new(session, _selection, _pseudonyms), turn, slices.Writer, stop.Token), CancellationToken.None)));
        _ = writing.ContinueWith(
            done => slices.Writer.Complete(done.Exception?.InnerException), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var slice in slices.Reader.ReadAllAsync(cancellationToken))
            {
                await CopyAsync(slice, cancellationToken);
            }
        }
        finally
        {
            // The sessions are closed behind this, so nobody may read on.
            await stop.CancelAsync();
            while (slices.Reader.TryRead(out var slice))
            {
                await slice.CompleteAsync();
            }

            await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task WriteSlicesAsync(
        ConversationsJson conversations, SemaphoreSlim turn, ChannelWriter<PipeReader> slices, CancellationToken cancellationToken)
    {
        while (true)
        {
            var slice = new Pipe(new PipeOptions(
                pauseWriterThreshold: BytesAhead, resumeWriterThreshold: BytesAhead / 2, minimumSegmentSize: 64 * 1024,
                useSynchronizationContext: false));
            long from;
            await turn.WaitAsync(cancellationToken);
            try
            {
                from = _nextSlice;
                if (from >= _range.To)
                {
                    return;
                }

                _nextSlice += _slice;
                await slices.WriteAsync(slice.Reader, cancellationToken);
            }
            finally
            {
                turn.Release();
            }

            try
            {
                var json = new JsonOutput(slice.Writer);
                await conversations.WriteAsync(
                    from, Math.Min(from + _slice, _range.To), json, isFirst: false, Counted, cancellationToken);
                await json.FlushAsync(cancellationToken);
                await slice.Writer.CompleteAsync();
            }
            catch (Exception e)
            {
                await slice.Writer.CompleteAsync(e);
                throw;
            }
        }
    }

    private async Task CopyAsync(PipeReader slice, CancellationToken cancellationToken)
    {
        ReadResult read;
        do
        {
            read = await slice.ReadAsync(cancellationToken);

            // What a slice starts with is the comma behind the conversation before it.
            var bytes = read.Buffer.Slice(_copiedBytes == 0 && !read.Buffer.IsEmpty ? 1 : 0);
            foreach (var block in bytes)
            {
                _destination.Write(block.Span);
            }

            _copiedBytes += bytes.Length;
            slice.AdvanceTo(read.Buffer.End);
            if (!bytes.IsEmpty && (await _destination.FlushAsync(cancellationToken)) is { IsCompleted: true } or { IsCanceled: true })
            {
                throw new OperationCanceledException("The reader has gone.");
            }
        }
        while (!read.IsCompleted);
        await slice.CompleteAsync();
    }

    private void Counted()
    {
        var count = Interlocked.Increment(ref _conversations);
        _progress?.DoneRows = count;
    }

    private void WriteHead(DateTime exportedAtUtc)
    {
        _json.Raw("{\"workspaceId\":"u8);
        _json.Text(_selection.Scope.Workspace.PublicId);
        _json.Raw(",\"startDate\":"u8);
        _json.Text(_selection.Days?.From.ToString("O", CultureInfo.InvariantCulture));
        _json.Raw(",\"endDate\":"u8);
        _json.Text(_selection.Days?.To.ToString("O", CultureInfo.InvariantCulture));
        _json.Raw(",\"selectedApps\":"u8);
        WriteSelected(_selection.Apps, EntityType.App);
        _json.Raw(",\"selectedUsers\":"u8);
        WriteSelected(_selection.Users, EntityType.User);
        _json.Raw(",\"exportedAt\":"u8);
        _json.Instant(UnixMilliseconds.From(exportedAtUtc));
        _json.Raw(",\"conversations\":["u8);
    }

    private void WriteTail()
    {
        _json.Raw("]"u8);
        if (_selection.Sections.Count > 0)
        {
            _json.Raw(",\"selectedSections\":"u8);
            WriteSelected(_selection.Sections, EntityType.Section);
        }

        _json.Raw(",\"filters\":{\"timezone\":"u8);
        _json.Text(_selection.Scope.Organization.TimeZone);
        _json.Raw(",\"rangeBasis\":\"createdAt\",\"flag\":"u8);
        _json.Text(_selection.Filter.Flag is { } flag ? ActivityFilter.NameOf(flag) : null);
        _json.Raw("}}\n"u8);
    }

    private void WriteSelected(IReadOnlyList<NamedId> selected, EntityType type)
    {
        _json.Raw("["u8);
        for (var i = 0; i < selected.Count; i++)
        {
            _json.Raw(i == 0 ? "{\"id\":"u8 : ",{\"id\":"u8);
            _json.Text(selected[i].PublicId);
            if (type != EntityType.User || _identified)
            {
                _json.Raw(",\"name\":"u8);
                var named = _names.Of(type, selected[i].Id);
                _json.Text(named.Name);
                if (type == EntityType.User)
                {
                    _json.Raw(",\"email\":"u8);
                    _json.Text(named.Email);
                }
            }

            _json.Raw("}"u8);
        }

        _json.Raw("]"u8);
    }
}
