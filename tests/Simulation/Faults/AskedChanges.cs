using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>Moves, and changes of one server that leave it running, which operators ask for at any moment.</summary>
internal sealed class AskedChanges(World world)
{
    /// <summary>What is asked for.</summary>
    public static readonly PlanKind[] Kinds =
    [
        PlanKinds.Relocate, PlanKinds.Repoint, MoveKinds.RelocateReplicas, MoveKinds.RepointReplicas, MoveKinds.TakeSource,
        ChangeKinds.RestartReplication,
    ];

    private Random64 Random => world.Random;

    private ModelServer AnyServer => world.Servers[Random.Below(world.Servers.Length)];

    public void Ask()
    {
        var process = world.Processes[Random.Below(world.Processes.Length)];
        if (!process.IsUp) return;
        var kind = Random.Of(Kinds);
        var subject = AnyServer.Key;
        InstanceKey? target = kind == PlanKinds.Relocate || Random.Chance(0.5) ? AnyServer.Key : null;
        if (kind == MoveKinds.TakeSource || kind == ChangeKinds.RestartReplication || kind == MoveKinds.RepointReplicas) target = null;
        world.Play?.Say("operator", $"asks {process.Name} for {kind} of {subject.Host}{(target is null ? "" : $" to {target.Host}")}");
        process.Hear(process.Life, () => process.Recoveries.Order(kind, subject, target));
    }
}
