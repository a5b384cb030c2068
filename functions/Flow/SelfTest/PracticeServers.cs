using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.SelfTest;

/// <summary>
/// A cluster made of data, whose primary has just died, behind the ports that look and act. It answers as servers do,
/// after a moment: the code that goes on after an answer is another one than that which finds it there, and has to have
/// run before too.
/// </summary>
internal sealed class PracticeServers : IInstanceProbe, IStepRunner
{
    /// <summary>As many as a large cluster has: collections behave in another way when they grow.</summary>
    private const int Replicas = 4;

    private const string PrimaryUuid = "00000000-0000-0000-0000-000000000001";

    private readonly Lock gate = new();
    private readonly SimulatedFleet fleet;

    public PracticeServers(DateTimeOffset now)
    {
        var primary = Server(1, null);
        var replicas = Enumerable.Range(2, Replicas).Select(n => Member.SeenAs(Server(n, primary.Key), now));
        var dead = Member.SeenAs(primary, now).With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "practice"), now);
        fleet = new SimulatedFleet(new Topology(PracticeCluster.Id, now, [dead, .. replicas]));
    }

    public Topology Now
    {
        get { lock (gate) return fleet.Now; }
    }

    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        await Task.Yield();
        return Now[key]!.Outcome;
    }

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        Task.FromResult<string?>(null);

    public void Forget(InstanceKey key)
    {
        // Nothing is held open.
    }

    public async Task<StepResult> RunAsync(
        PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel)
    {
        await Task.Yield();
        lock (gate) return fleet.Run(new PlanStage("practice", "", [step]))[0];
    }

    public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false) =>
        Task.CompletedTask;

    public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => [];

    private static Instance Server(int number, InstanceKey? source) => new()
    {
        Key = new InstanceKey($"practice-{number}.invalid", InstanceKey.DefaultPort),
        ServerUuid = $"00000000-0000-0000-0000-00000000000{number}",
        ServerId = (uint)number,
        Version = ServerVersion.Parse("8.4.0"),
        ReadOnly = source is not null,
        SuperReadOnly = source is not null,
        BinaryLog = new BinaryLog(true, true, "ROW"),
        Gtid = new GtidState(true, GtidSet.Parse($"{PrimaryUuid}:1-10"), GtidSet.Empty),
        SemiSync = new SemiSync(
            true, SourceEnabled: source is null, SourceActive: source is null, WaitForReplicas: 1, Clients: 2,
            ReplicaEnabled: source is not null),
        Links = source is null ? [] :
        [
            new ReplicationLink
            {
                Source = source, SourceUuid = PrimaryUuid,
                Receiver = ReplicationThread.Connecting, Applier = ReplicationThread.Running,
                AutoPosition = true, Received = GtidSet.Parse($"{PrimaryUuid}:1-10"), LagSeconds = 0,
            },
        ],
    };
}
