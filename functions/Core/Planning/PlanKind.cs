using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning;

/// <summary>
/// One kind of plan: a row of <see cref="PlanKinds"/> with everything that differs between kinds. Nothing else asks
/// which kind a plan is, only what is true of its kind. Every row is one object; it is stored and shown by its <see
/// cref="Name"/>.
/// </summary>
public sealed class PlanKind
{
    internal PlanKind() { }

    /// <summary>As records, answers and lists name it.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// What a plan of this kind is, for the middle of a sentence: its subject, and where it has one its target. The
    /// target is null where the ranking chooses.
    /// </summary>
    public required Func<InstanceKey, InstanceKey?, string> Title { get; init; }

    /// <summary>
    /// What stands first in the record of one that an operator begins or rehearses, with subject and target.
    /// </summary>
    public required Func<InstanceKey, InstanceKey?, string> WhenBegun { get; init; }

    /// <summary>Which stage comes next (<see cref="Planner.Next"/>).</summary>
    public required Func<Recovery, Topology, PlanStage> Next { get; init; }

    /// <summary>
    /// A problem begins it by itself when the gate lets it through; the others are asked for by operators.
    /// </summary>
    public required bool IsAutomatic { get; init; }

    /// <summary>
    /// It counts against the limits on failovers of its cluster and of the fleet (L5), and other places must agree to
    /// it (S8).
    /// </summary>
    public required bool IsFailover { get; init; }

    /// <summary>
    /// It only makes a server refuse writes: neither the limits on failovers nor other places are asked (S14).
    /// </summary>
    public required bool OnlyCloses { get; init; }

    /// <summary>A failover of the same cluster goes first; this one ends as superseded.</summary>
    public required bool YieldsToFailover { get; init; }

    /// <summary>
    /// It is about the primary, whichever server that is; the others are about a server that is named.
    /// </summary>
    public required bool IsAboutPrimary { get; init; }

    /// <summary>When a person names no server, the primary is meant, whichever it is.</summary>
    public required bool MeansPrimary { get; init; }

    /// <summary>
    /// Its subject is taken to be dead. Silence is paid for in downtime, so it is looked at for no longer than a fence
    /// waits, and not again while it was silent from the beginning. The subject of every other kind lives and gets the
    /// full time of a probe.
    /// </summary>
    public required bool SubjectIsDead { get; init; }

    /// <summary>
    /// What it stops or cuts off is to stay so, because a person wants it so: no later recovery owes the server a start
    /// (S19).
    /// </summary>
    public required bool KeepsStopped { get; init; }

    /// <summary>
    /// Many servers are told something by it: whether it would begin is told by its first stage, and a rehearsal to its
    /// end takes long where there are hundreds.
    /// </summary>
    public bool IsOfMany { get; init; }

    /// <summary>
    /// What keeps it from beginning, target by target, by what its planner asks before its first stage; what they have
    /// in common is worked out once. Null: the planner is asked for each.
    /// </summary>
    internal Func<Recovery, Topology, Func<InstanceKey, Refusal?>>? WhyNotTo { get; init; }

    /// <summary>
    /// What keeps it from beginning whatever is said with it (<see cref="OperatorRequest.Details"/>). Null: what its
    /// planner says does not depend on that.
    /// </summary>
    internal Func<Recovery, Topology, Refusal?>? WhyNotWhatever { get; init; }

    /// <summary>At which points of it hooks run.</summary>
    public HookPoints Hooks { get; init; } = HookPoints.None;

    /// <summary>A plan that has so many stages does not end by itself, and is ended.</summary>
    public int MostStages { get; init; } = 2 * RecoveryPolicy.StageLimit;

    public override string ToString() => Name;
}
