using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Gives a server its semi-sync role: waiting for acknowledgements as a source, giving them as a replica, or neither.
/// </summary>
/// <param name="WaitForReplicas">Acknowledgements to wait for as a source; MariaDB always waits for one.</param>
/// <param name="TimeoutMilliseconds">Carried over from the former source, so that the durability rule stays the one
/// declared.</param>
public sealed record SetSemiSync(StepTarget Target, bool AsSource, bool AsReplica, int WaitForReplicas = 1,
    long TimeoutMilliseconds = 10_000) : ServerStep(Target)
{
    /// <summary>
    /// It acknowledged when the step was planned: a plan that goes back makes it acknowledge again. A stored step that
    /// does not say so is taken to be one that did.
    /// </summary>
    public bool WasAcknowledging { get; init; } = true;

    public override string Says => (AsSource, AsReplica) switch
    {
        (true, _) when WaitForReplicas == 1 => $"Make {Target.Key} wait for 1 semi-sync acknowledgement",
        (true, _) => $"Make {Target.Key} wait for {WaitForReplicas} semi-sync acknowledgements",
        (_, true) => $"Make {Target.Key} acknowledge as a semi-sync replica",
        _ => $"Switch semi-sync off on {Target.Key}",
    };

    public override bool IsSatisfiedBy(Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var set = instance.SemiSync;
        if (set.SourceEnabled != AsSource || set.ReplicaEnabled != AsReplica) return false;
        if (!AsSource) return true;
        var counts = instance.Version.Flavor != Positions.ServerFlavor.MariaDb;
        return set.TimeoutMilliseconds == TimeoutMilliseconds && (!counts || set.WaitForReplicas == WaitForReplicas);
    }

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        SemiSync = i.SemiSync with
        {
            SourceEnabled = AsSource, ReplicaEnabled = AsReplica,
            WaitForReplicas = AsSource ? WaitForReplicas : i.SemiSync.WaitForReplicas,
            TimeoutMilliseconds = AsSource ? TimeoutMilliseconds : i.SemiSync.TimeoutMilliseconds,
        },
    });
}
