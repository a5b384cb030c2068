using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// Something that a run asks for. Each is answered by the event of its name; nothing is awaited in between.
/// </summary>
public abstract record RecoveryCommand
{
    private RecoveryCommand() { }

    /// <summary>
    /// Store the record, and the ledger in the same transaction; nothing of the newest stage is done before.
    /// </summary>
    /// <param name="Ledger">Null when nothing changes in it.</param>
    public sealed record Save(Recovery Recovery, Ledger? Ledger) : RecoveryCommand;

    /// <summary>Send a step to its server.</summary>
    /// <param name="NotAfter">
    /// Until when it may be sent (<see cref="Moment.Running"/>): as long as the lease is ours.
    /// </param>
    /// <param name="SeenAt">
    /// When the topology had been looked at (<see cref="Moment.Running"/>); null when something was done to the server
    /// since.
    /// </param>
    public sealed record RunStep(
        int Stage, int Step, PlannedStep Planned, Topology Topology, TimeSpan NotAfter, TimeSpan? SeenAt)
        : RecoveryCommand
    {
        /// <summary>
        /// Servers that must not accept writes when this one is opened, with times of this run; empty for every other
        /// step.
        /// </summary>
        public ImmutableArray<StepWarrant> Beside { get; init; } = [];
    }

    /// <summary>
    /// Nobody waits for the steps under way any longer; they only wait themselves, so nothing is left half done.
    /// </summary>
    public sealed record StopWaiting : RecoveryCommand;

    /// <summary>Look at a server.</summary>
    public sealed record Look(InstanceKey Key, TimeSpan Timeout) : RecoveryCommand;

    /// <summary>Ask whether an operator left something.</summary>
    public sealed record Listen : RecoveryCommand;

    /// <summary>Wake the run after this time.</summary>
    public sealed record WakeAfter(TimeSpan Time) : RecoveryCommand;

    /// <summary>
    /// An assertion has failed (<see cref="RunAssertions"/>): people who run this program are told. Nothing follows.
    /// </summary>
    public sealed record Report(string Failed) : RecoveryCommand;

    /// <summary>The run is over.</summary>
    public sealed record End(RunStop Stop) : RecoveryCommand;
}

/// <summary>Why a run is over.</summary>
public enum RunStop
{
    /// <summary>The recovery has an outcome.</summary>
    Ended,
    /// <summary>Another process has the lease.</summary>
    LeaseLost,
    /// <summary>As many stages as were asked for have been run.</summary>
    MoreToDo,
    /// <summary>An operator is asked.</summary>
    AwaitsApproval,
    /// <summary>The record could not be stored; whoever takes the recovery up goes on.</summary>
    StoreAway,
}
