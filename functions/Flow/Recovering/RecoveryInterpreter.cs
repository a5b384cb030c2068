using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Leasing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Runs the recovery machine: carries out its commands as tasks and tells it of their ends, one after the other. It
/// decides nothing. Disposing it waits for the steps that are still under way, so that they end under the lease.
/// </summary>
internal sealed class RecoveryInterpreter : IAsyncDisposable
{
    /// <summary>More are under way only in a very large cluster; those that have ended are dropped then.</summary>
    private const int TasksKept = 256;

    private readonly Channel<RecoveryEvent> events =
        Channel.CreateUnbounded<RecoveryEvent>(new() { SingleReader = true });
    private readonly List<Task> tasks = [];
    private readonly CancellationTokenSource over;
    private readonly RecoveryPorts ports;
    private readonly LeaseKeeper guard;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly long began;
    private readonly CancellationToken cancel;
    private CancellationTokenSource waiting;
    private ExceptionDispatchInfo? saveFailure;

    public RecoveryInterpreter(
        RecoveryPorts ports, LeaseKeeper guard, TimeProvider time, ILogger logger, CancellationToken cancel)
    {
        (this.ports, this.guard, this.time, this.logger, this.cancel) = (ports, guard, time, logger, cancel);
        began = time.GetTimestamp();
        over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    // In this order: a process that is stopped in between takes its lease for shorter, never for longer.
    private Moment Now => new(time.GetUtcNow(), time.GetElapsedTime(began), guard.Left, guard.Lease.Epoch);

    /// <summary>
    /// Runs until the machine says that the run is over. Throws what a port threw, and when it is cancelled. A record
    /// that cannot be stored ends the run with what the store threw, unless the machine has a use for the time.
    /// </summary>
    public async Task<(Recovery Recovery, RunStop Stop)> RunAsync(Func<Moment, Turn> begin)
    {
        var (run, commands) = begin(Now);
        Keep(HearCallAsync(run.Recovery));
        while (true)
        {
            foreach (var command in commands)
                if (command is RecoveryCommand.End end) return EndOf(run.Recovery, end.Stop);
                else Begin(command, run.Recovery);
            // Throws what a task threw, when everything before it was heard.
            if (!await events.Reader.WaitToReadAsync(cancel))
                throw new InvalidOperationException("the run ended without an end");
            events.Reader.TryRead(out var happened);
            (run, commands) = RecoveryMachine.Step(run, happened!, Now);
        }
    }

    // A hook at the end of a plan changes no server of ours: the lease does not wait for it (S1, S10).
    private void Begin(RecoveryCommand command, Recovery recovery)
    {
        var task = CarryOutAsync(command, recovery);
        if (command is not RecoveryCommand.RunStep { Planned.Step: RunHook { IsBefore: false } }) Keep(task);
    }

    // A run may wait for hours, and look and listen every second meanwhile.
    private void Keep(Task task)
    {
        if (tasks.Count >= TasksKept) tasks.RemoveAll(t => t.IsCompleted);
        tasks.Add(task);
    }

    private (Recovery, RunStop) EndOf(Recovery recovery, RunStop stop)
    {
        if (stop == RunStop.StoreAway) saveFailure?.Throw();
        return (recovery, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await Task.WhenAll(tasks);
        over.Dispose();
        waiting.Dispose();
    }

    private async Task CarryOutAsync(RecoveryCommand command, Recovery recovery)
    {
        try
        {
            if (await EventOfAsync(command, recovery) is { } happened) events.Writer.TryWrite(happened);
        }
        catch (Exception e)
        {
            events.Writer.TryComplete(e);
        }
    }

    private async Task HearCallAsync(Recovery recovery)
    {
        try
        {
            events.Writer.TryWrite(new RecoveryEvent.Heard(await ports.CalledAsync(recovery, over.Token)));
        }
        catch (OperationCanceledException)
        {
            // Nobody called while it ran.
        }
    }

    private async Task<RecoveryEvent?> EventOfAsync(RecoveryCommand command, Recovery recovery)
    {
        switch (command)
        {
            case RecoveryCommand.Save save:
                return await SaveAsync(save);
            case RecoveryCommand.Look look:
                var begun = Now.Running;
                var outcome = await ports.LookAsync(look.Key, look.Timeout, over.Token);
                return new RecoveryEvent.Looked(look.Key, outcome, begun);
            case RecoveryCommand.RunStep step:
                return new RecoveryEvent.StepEnded(step.Stage, step.Step, await RunStepAsync(step, recovery));
            case RecoveryCommand.Listen:
                return new RecoveryEvent.Heard(await ports.HearAsync(recovery, over.Token));
            case RecoveryCommand.WakeAfter wake:
                await Task.Delay(wake.Time, time, over.Token);
                return new RecoveryEvent.Woken();
            case RecoveryCommand.Report report:
                logger.AssertionFailed(recovery.Id, report.Failed);
                return null;
            case RecoveryCommand.StopWaiting:
                var renewed = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                var stopped = Interlocked.Exchange(ref waiting, renewed);
                await stopped.CancelAsync();
                stopped.Dispose();
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "no such command");
        }
    }

    private async Task<RecoveryEvent> SaveAsync(RecoveryCommand.Save save)
    {
        try
        {
            return new RecoveryEvent.Saved(await ports.SaveAsync(save.Recovery, save.Ledger, guard.Lease, cancel));
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            saveFailure = ExceptionDispatchInfo.Capture(e);
            logger.Retrying("store a recovery", e);
            return new RecoveryEvent.SaveFailed($"the record could not be stored ({e.GetType().Name})");
        }
    }

    // The monotonic clock that all rooms of this process read, for an instant of this run.
    private TimeSpan OnClock(TimeSpan running) => time.GetElapsedTime(0, began) + running;

    private async Task<StepResult> RunStepAsync(RecoveryCommand.RunStep step, Recovery recovery)
    {
        var sent = time.GetTimestamp();
        var token = step.Planned.Step.OnlyWaits ? waiting.Token : cancel;
        try
        {
            var terms = new StepTerms(OnClock(step.NotAfter), step.SeenAt is { } at ? OnClock(at) : null)
            {
                Beside = [.. step.Beside.Select(w => w with { SeenAt = OnClock(w.SeenAt) })],
            };
            // It may have waited for one before it, and somebody else may act by now.
            if (step.Planned.Step is RunHook && guard.Left <= TimeSpan.Zero)
                return new StepResult(StepState.Failed, TimeSpan.Zero, Says: "not run: the lease has run out");
            var result = step.Planned.Step is RunHook
                ? await ports.RunHookAsync(step.Planned, recovery, step.Topology, token)
                : await ports.RunStepAsync(step.Planned, step.Topology, terms, token);
            if (!result.IsSuccess && result.State != StepState.Queued)
                logger.StepFailed(recovery.Id, step.Planned.Step.Says, result.Says);
            return result;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new StepResult(StepState.Failed, time.GetElapsedTime(sent), Says: "not waited for any longer");
        }
    }
}
