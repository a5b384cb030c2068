using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// One verb on one server. A verb must be able to say what it does, to tell whether it is already true of a server,
/// and to foretell its effect, so that every plan can be read, resumed and rehearsed.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "verb")]
[JsonDerivedType(typeof(StopReceiving), "stop-receiving")]
[JsonDerivedType(typeof(StartReplication), "start-replication")]
[JsonDerivedType(typeof(PointTo), "point-to")]
[JsonDerivedType(typeof(ForgetSource), "forget-source")]
[JsonDerivedType(typeof(WaitUntilReceiving), "wait-until-receiving")]
[JsonDerivedType(typeof(WaitUntilApplied), "wait-until-applied")]
[JsonDerivedType(typeof(SetReadOnly), "set-read-only")]
[JsonDerivedType(typeof(Fence), "fence")]
[JsonDerivedType(typeof(SetWritable), "set-writable")]
[JsonDerivedType(typeof(SetSemiSync), "set-semi-sync")]
public abstract record PlanStep(InstanceKey On)
{
    /// <summary>One sentence in the imperative, naming the server.</summary>
    [JsonIgnore]
    public abstract string Says { get; }

    /// <summary>Whether the server is already as this step would make it; a step already true is a success.</summary>
    public abstract bool IsTrueOf(Instance instance);

    /// <summary>It changes nothing and only takes time: whoever gives the plan up need not wait for its end.</summary>
    [JsonIgnore]
    public virtual bool OnlyWaits => false;

    /// <summary>The topology as it will look when the step has succeeded.</summary>
    public abstract Topology Effect(Topology topology);

    /// <summary>A topology in which this step's server is changed and seen.</summary>
    protected Topology Change(Topology topology, Func<Instance, Instance> change)
    {
        var member = topology[On];
        if (member?.Known is not { } known) return topology;
        // What was not known before is not known afterwards.
        ProbeOutcome outcome = member.Outcome is ProbeOutcome.Partly partly ? partly with { Instance = change(known) } : new ProbeOutcome.Seen(change(known));
        return topology.With(member.With(outcome, topology.TakenAt));
    }
}
