using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>Carries out the steps of a plan that run hooks: each within its time, and never as a statement.</summary>
/// <param name="hooks">Null where this process has none.</param>
/// <param name="recovered">Which clusters are recovered by themselves.</param>
public sealed class HookSteps(IHookRunner? hooks, RecoveryFilter recovered, TimeProvider time, ILogger logger)
{
    /// <summary>What runs no hook.</summary>
    public static HookSteps None(TimeProvider time, ILogger logger) => new(null, RecoveryFilter.All, time, logger);

    /// <summary>
    /// Runs the hook of a step. Cancelled, the hook is ended and it throws; out of time, the hook is ended and that is
    /// the result. One in the background is only begun.
    /// </summary>
    public async Task<StepResult> RunAsync(
        PlannedStep planned, Recovery recovery, Topology topology, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(planned);
        var hook = (RunHook)planned.Step;
        var isRecovered = recovered.Names(topology);
        var facts = HookFacts.Of(hook, recovery, topology, isRecovered, time.GetUtcNow());
        if (!hook.IsInBackground) return await RunAsync(hook, facts, planned.Timeout, cancel);
        _ = LeaveAsync(hook, facts, planned.Timeout);
        return new StepResult(StepState.Done, TimeSpan.Zero, Says: "begun, and not waited for");
    }

    private async Task<StepResult> RunAsync(
        RunHook hook, HookFacts facts, TimeSpan timeout, CancellationToken cancel)
    {
        if (hooks is null) return Failed(TimeSpan.Zero, "this process has no hooks in its settings");
        var began = time.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            var result = await hooks.RunAsync(hook.Point, facts, both.Token);
            return result.Agrees
                ? new StepResult(StepState.Done, time.GetElapsedTime(began), Says: result.Says)
                : Failed(time.GetElapsedTime(began), result.Says);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var says = $"it did not end within {timeout.TotalSeconds:0.###} s; what it began as another user may go on";
            return new StepResult(StepState.TimedOut, time.GetElapsedTime(began), Says: says);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return Failed(time.GetElapsedTime(began), $"it could not be run ({e.GetType().Name})");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new OperationCanceledException("the hook broke when it was ended", e, cancel);
        }
    }

    // The recovery may be over before it is.
    private async Task LeaveAsync(RunHook hook, HookFacts facts, TimeSpan timeout)
    {
        await Task.Yield();
        var result = await RunAsync(hook, facts, timeout, CancellationToken.None);
        if (!result.IsSuccess) logger.StepFailed(facts.Recovery, hook.Says, result.Says);
    }

    private static StepResult Failed(TimeSpan took, string says) => new(StepState.Failed, took, Says: says);
}
