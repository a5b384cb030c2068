using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Running;

/// <summary>Something that a run hears of.</summary>
public abstract record RecoveryEvent
{
    private RecoveryEvent() { }

    /// <summary>The record is stored, or the store says that the lease is another one's.</summary>
    public sealed record Saved(bool IsOurs) : RecoveryEvent;

    /// <summary>The record could not be stored, and whether it was is not known.</summary>
    /// <param name="Says">Why, in words that may stand in the record.</param>
    public sealed record SaveFailed(string Says) : RecoveryEvent;

    /// <summary>A step of a stage has ended. It may be one of a stage that is over.</summary>
    /// <param name="Stage">Number of the stage in the record, from 0.</param>
    /// <param name="Step">
    /// Number of the step in the stage, from 0; the one after the last ends its block of writes.
    /// </param>
    public sealed record StepEnded(int Stage, int Step, StepResult Result) : RecoveryEvent;

    /// <summary>A server was looked at.</summary>
    /// <param name="BegunAt">When the look began (<see cref="Moment.Running"/>).</param>
    public sealed record Looked(InstanceKey Key, ProbeOutcome Outcome, TimeSpan BegunAt) : RecoveryEvent;

    /// <summary>What an operator left for this recovery; null when nobody left anything that can be taken in.</summary>
    public sealed record Heard(OperatorSignal? Signal) : RecoveryEvent;

    /// <summary>A time that was asked for is reached.</summary>
    public sealed record Woken : RecoveryEvent;
}
