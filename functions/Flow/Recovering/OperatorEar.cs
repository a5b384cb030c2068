using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Hears what an operator left for a recovery while it is being run in one go. It listens once a second, so a failover that takes less asks
/// for nothing.
/// </summary>
internal sealed class OperatorEar(IRecoveryStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private DateTimeOffset listened = time.GetUtcNow();

    /// <summary>From now on it is due: somebody may have spoken while nobody ran the recovery.</summary>
    public OperatorEar Due()
    {
        listened = DateTimeOffset.MinValue;
        return this;
    }

    /// <summary>The word that was left and can be taken in, if it is time to listen.</summary>
    public async Task<OperatorWord?> ListenAsync(Recovery recovery, CancellationToken cancel)
    {
        if (time.GetUtcNow() - listened < Every) return null;
        listened = time.GetUtcNow();
        try
        {
            return await store.ReadWordAsync(recovery.Cluster, recovery.Id, cancel) is { } word && recovery.Cancelled is null && recovery.WhyNot(word) is null ? word : null;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.TriedAgain("listening for operators", e);
            return null;
        }
    }

    /// <summary>Runs the steps of a stage, listening meanwhile. A stage that only waits ends with the word; any other one is run to its end.</summary>
    public async Task<StepResult[]> WhileAsync(Recovery recovery, PlanStage stage, Func<CancellationToken, Task<StepResult[]>> run, CancellationToken cancel)
    {
        if (stage.Steps.IsEmpty || !stage.Steps.All(s => s.Step.OnlyWaits)) return await run(cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var started = time.GetTimestamp();
        var running = run(stop.Token);
        while (await Task.WhenAny(running, Task.Delay(Every, time, stop.Token)) != running)
        {
            // The lease is lost or the process ends: the steps end by themselves, and nobody listens any more.
            if (cancel.IsCancellationRequested) break;
            if (await ListenAsync(recovery, cancel) is not { } word) continue;
            await stop.CancelAsync();
            await running.ContinueWith(_ => { }, TaskScheduler.Default);
            // The word is taken in when it is read again, after the stage.
            Due();
            if (running.IsCompletedSuccessfully) break;
            cancel.ThrowIfCancellationRequested();
            return [.. stage.Steps.Select(_ => new StepResult(StepState.Failed, time.GetElapsedTime(started), Says: $"not waited for any longer: {word.Says}"))];
        }
        await stop.CancelAsync();
        return await running;
    }
}
