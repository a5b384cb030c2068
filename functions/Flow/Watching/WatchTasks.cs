using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// What is under way for one watch: each command is a task, and its end is an event. Used by one caller at a time.
/// Disposing waits for all of them; they were cancelled before.
/// </summary>
internal sealed class WatchTasks(
    LiveCluster cluster, IInstanceProbe probe, ISessionKeeper sessions, DetectFailures verdicts, Func<bool> mayAct,
    TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Who brings an event goes on with what follows from it: no other thread has to be woken for that.
    private readonly Channel<WatchEvent?> ended = Channel.CreateUnbounded<WatchEvent?>(
        new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Dictionary<InstanceKey, CancellationTokenSource> stops = [];
    private int underWay;

    /// <summary>The next end; null when nothing follows from it.</summary>
    public async Task<WatchEvent?> NextAsync(CancellationToken cancel)
    {
        var next = await ended.Reader.ReadAsync(cancel);
        underWay--;
        return next;
    }

    public void Begin(WatchCommand command, CancellationToken cancel)
    {
        underWay++;
        _ = CarryOutAsync(command, command.About is { } key ? StopOf(key, cancel) : cancel);
    }

    /// <summary>Ends what is under way for a server.</summary>
    public async Task EndAsync(InstanceKey key)
    {
        if (!stops.Remove(key, out var stop)) return;
        await stop.CancelAsync();
        stop.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (underWay > 0) await NextAsync(CancellationToken.None);
        foreach (var stop in stops.Values) stop.Dispose();
    }

    private CancellationToken StopOf(InstanceKey key, CancellationToken cancel)
    {
        if (!stops.TryGetValue(key, out var stop))
            stops[key] = stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return stop.Token;
    }

    private async Task CarryOutAsync(WatchCommand command, CancellationToken cancel)
    {
        WatchEvent? happened = null;
        try
        {
            happened = await EventOfAsync(command, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Nobody waits for it any longer.
        }
        catch (Exception e)
        {
            logger.Retrying($"watch {command.About}", e);
            happened = new WatchEvent.NotDone(command, Log.FirstLine(e));
        }
        finally
        {
            ended.Writer.TryWrite(happened);
        }
    }

    private async Task<WatchEvent> EventOfAsync(WatchCommand command, CancellationToken cancel)
    {
        switch (command)
        {
            case WatchCommand.Probe look:
                return new WatchEvent.Probed(look, await probe.ProbeAsync(look.Key, look.Timeout, cancel));
            case WatchCommand.HoldSession hold:
                return new WatchEvent.SessionEnded(hold, await sessions.HoldAsync(hold.Key, cancel));
            case WatchCommand.WarmSession warm:
                await sessions.WarmAsync(warm.Key, cancel);
                return new WatchEvent.SessionWarmed(warm);
            case WatchCommand.WakeAt wake:
                var pause = wake.At - cluster.Running;
                if (pause > TimeSpan.Zero) await Task.Delay(pause, time, cancel);
                return new WatchEvent.TimeReached(wake.Alarm);
            default:
                return new WatchEvent.Judged(await verdicts.JudgeAsync(cluster, cancel, mayAct));
        }
    }
}
