using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>How a run of a recovery ended for the one who ran it.</summary>
public enum RunStatus
{
    /// <summary>The recovery has an outcome.</summary>
    Ended,
    /// <summary>It had been run before, or nothing is left to do.</summary>
    NothingToDo,
    /// <summary>A recovery of the cluster has begun since what it stands on was read: the gate is asked anew.</summary>
    Overtaken,
    /// <summary>Another process holds the cluster's lease.</summary>
    Busy,
    /// <summary>The lease was lost on the way; whoever has it goes on.</summary>
    LeaseLost,
    /// <summary>As many stages as were asked for have been run, and more follow.</summary>
    MoreToDo,
    /// <summary>It stands still until an operator approves or cancels, or the time for that has run out.</summary>
    AwaitsApproval,
    /// <summary>An operator's word is left for the process that runs the recovery at this moment.</summary>
    Left,
    /// <summary>What an operator asked for cannot be; the reason stands beside it.</summary>
    Refused,
}

/// <summary>The end of a run, with the recovery as far as it got.</summary>
/// <param name="Refusal">Why what an operator asked for cannot be; null otherwise.</param>
public sealed record RunResult(RunStatus End, Recovery? Recovery = null, Refusal? Refusal = null)
{
    /// <summary>Nothing was to be done, and there is no recovery to show.</summary>
    internal static RunResult Nothing { get; } = new(RunStatus.NothingToDo);

    /// <summary>The cluster has no active recovery any more: it has ended here, or it had ended before.</summary>
    internal bool IsClusterFree => this is { End: RunStatus.Ended } or { End: RunStatus.NothingToDo, Recovery: null };

    /// <summary>
    /// Why what an operator asked for was not begun, or came to nothing at once; null when it runs or has succeeded.
    /// </summary>
    public Refusal? WhyNot => End switch
    {
        RunStatus.Refused => Refusal,
        RunStatus.Busy or RunStatus.LeaseLost or RunStatus.Overtaken => new(
            "a recovery of this cluster is being run by another process at this moment", "say it again"),
        RunStatus.NothingToDo when Recovery is null or { IsEnded: false } => new(
            "another recovery of this cluster began at this moment", "its end"),
        _ when Recovery?.Outcome is { IsSuccess: false } outcome => outcome.WhyNot,
        _ => null,
    };

    internal static RunStatus EndOf(RunStop stop) => stop switch
    {
        RunStop.LeaseLost => RunStatus.LeaseLost,
        RunStop.MoreToDo => RunStatus.MoreToDo,
        RunStop.AwaitsApproval => RunStatus.AwaitsApproval,
        _ => RunStatus.Ended,
    };
}
