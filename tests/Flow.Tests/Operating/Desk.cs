using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests.Operating;

/// <summary>The verbs of an operator over a cluster called shop: db1 with the replicas db2, db3 and db4.</summary>
internal sealed class Desk
{
    public static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly SimulatedTime simulated;
    private readonly RunOperation plans;

    private Desk(SimulatedTime simulated, params string[] seeds)
    {
        this.simulated = simulated;
        Memory = new Memory(simulated.Time);
        Memory.Store(World.Now);
        Memory.SaveClusterAsync(World.Cluster, "shop", default);
        var ports = new VerbPorts(Memory, Memory, Memory, Memory, () => Declared++, simulated.Time);
        var lease = new DiscoveryLease(Memory, "p1", TimeSpan.FromSeconds(10), simulated.Time);
        var live = new ReadTopology(Memory, World, simulated.Time);
        var discover = new DiscoverInstances(World, Memory, Memory, new MoveRight(Memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), simulated.Time, NullLogger.Instance);
        var discovery = new OperatorDiscovery(discover, Memory, Memory, lease, (_, _) => Task.CompletedTask, simulated.Time);
        var policy = new RecoveryPolicy { HasReplicationAccount = true };
        plans = new(live, null!, policy, TimeSpan.FromSeconds(1), new Random(1), simulated.Time);
        Verbs = OperatorVerbs.Of(
            ports, Memory, Memory, Memory, lease, discovery, live,
            new([.. seeds.Select(InstanceKey.Parse)], TimeSpan.FromSeconds(1), "p1", TimeSpan.FromSeconds(10)),
            new(new FleetView(Memory, Memory, simulated.Time), new PlanDrafts(policy, new Random(1), simulated.Time)));
    }

    public World World { get; } = new();
    public Memory Memory { get; }
    public OperatorVerbs Verbs { get; }
    public TimeProvider Time => simulated.Time;

    /// <summary>How often watchers were told to read the store again.</summary>
    public int Declared { get; private set; }

    public Flow.Ports.StoredCluster Stored => Memory.ReadAllAsync(default).Result.Single(c => c.Id == World.Cluster);

    public Flow.Ports.StoredMember this[InstanceKey key] => Stored.Members.Single(m => m.Key == key);

    public static void Run(Action<Desk> play, params string[] seeds) =>
        SimulatedTime.Run(World.Noon, simulated => play(new Desk(simulated, seeds)));

    public OperationAnswer Ask(Func<OperatorVerbs, Task<OperationAnswer>> verb) => Await(verb(Verbs));

    /// <summary>Servers as they are written (<see cref="WrittenTopology"/>) in place of those that were, and stored as they are.</summary>
    public Topology Put(string written)
    {
        var members = WrittenTopology.Read(written).Members.Select(m => m with { LastSeenAt = World.Noon - m.FailingFor });
        World.Put(_ => new Topology(World.Cluster, World.Noon, members, "shop"));
        Memory.Store(World.Now);
        return World.Now;
    }

    /// <summary>What a rehearsal of it answers, as any door asks for it; null where no server is meant.</summary>
    public Recovery? Rehearse(PlanOperation operation, IReadOnlyDictionary<string, string> told)
    {
        var texts = told.ToDictionary(t => t.Key, t => ImmutableArray.Create(t.Value));
        var (given, wrong) = Await(Given.ReadAsync(operation.Rehearsed, texts, "dana", Verbs.Names.ReadAsync, default));
        Assert.Null(wrong);
        return Await(plans.PlanAsync(operation.Ask(given!), default)).Plan;
    }

    private T Await<T>(Task<T> asking)
    {
        simulated.Until(() => asking.IsCompleted, TimeSpan.FromMinutes(1));
        return asking.Result;
    }

    public void Pass(TimeSpan length) => simulated.Advance(length);

    /// <summary>Refused, and nothing was changed or written into the audit log.</summary>
    public void AssertRefused(OperationEnd end, string because, OperationAnswer answer)
    {
        Assert.Equal((end, ""), (answer.End, answer.Says));
        Assert.StartsWith(because, answer.Refusal!.Because, StringComparison.Ordinal);
        Assert.Empty(Memory.Entries);
        Assert.Equal(0, Declared);
    }

    public void AssertAudited(string act, InstanceKey? server, string says)
    {
        var entry = Memory.Entries[^1];
        Assert.Equal(("dana", act, (ClusterId?)World.Cluster, server, says), (entry.Actor, entry.Act, entry.Cluster, entry.Instance, entry.Says));
    }
}
