using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Notifying;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>The flows of one process over a world, a memory and a queue that others may share.</summary>
internal sealed class Process
{
    public Process(
        World world, Memory memory, MemoryQueue queue, TimeProvider time, WatchPolicy? watch = null, string name = "p1", Shard? shard = null, Func<bool>? isAway = null,
        RecoveryPolicy? policy = null, ISight? sight = null, NoticePorts? notices = null, ILogger? logger = null, Random? chance = null)
    {
        // The ports that reach the store; the rest of the process goes on without them.
        T Stored<T>(object port) where T : class => isAway is null ? (T)port : Sometimes.Away((T)port, isAway);
        watch ??= new WatchPolicy { Interval = TimeSpan.FromMilliseconds(20), HeldAfter = TimeSpan.FromMilliseconds(50) };
        policy ??= new RecoveryPolicy { HasReplicationAccount = true };
        var gate = new GateReader(Stored<ISettingsStore>(memory), Stored<IRecoveryStore>(memory), new GatePolicy { Quorum = watch.Quorum, Shards = shard?.Count ?? 1 }, time);
        logger ??= NullLogger.Instance;
        chance ??= Random.Shared;
        var seen = sight ?? world;
        var live = new ReadTopology(memory, seen, time);
        Recover = new RecoverCluster(live, memory, memory, seen, memory, gate, memory, policy, watch, name, time, logger);
        DetectFailures = new DetectFailures(gate, Stored<ITopologyStore>(memory), Stored<IRecoveryStore>(memory), Stored<IFailureQueue>(queue), watch, chance, time, logger);
        Discover = new DiscoverInstances(seen, memory, memory, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, logger);
        Watch = new WatchClusters(
            Stored<ITopologyStore>(memory), Stored<IRecoveryStore>(memory), seen, seen, Stored<IClusterLease>(memory), Stored<ISettingsStore>(memory), Discover, DetectFailures, watch,
            shard ?? Shard.Whole, name, time, logger);
        Receive = new ReceiveFailures(queue, Recover, time, logger);
        Runs = new RunRecoveries(memory, Recover, watch, time, logger);
        DetectFailures.Found += Runs.Begin;
        Recover.Records.Kept += (cluster, ledger) => Watch.Watched(cluster)?.Keep(ledger);
        Recover.Seen += (cluster, key, outcome) => Watch.Watched(cluster)?.Take(key, outcome);
        Recover.Records.Progress += DetectFailures.NoteEnd;
        Recover.Records.NotBegun += DetectFailures.NoteEnd;
        Runs.Ended += Receive.Wake;
        if (notices is not null) Notices = new SendNotices(notices, memory, memory, memory, time, logger).Listening(Recover, DetectFailures);
        Tell = new SignalRecovery(memory, Recover, time);
        Command = new RunOperation(live, Recover, policy, watch.ProbeTimeout, chance, time);
    }

    public RecoverCluster Recover { get; }
    public DetectFailures DetectFailures { get; }
    public DiscoverInstances Discover { get; }
    public WatchClusters Watch { get; }
    public ReceiveFailures Receive { get; }
    public RunRecoveries Runs { get; }
    public RunOperation Command { get; }
    public SignalRecovery Tell { get; }
    public SendNotices? Notices { get; }

    public static Failure DeadPrimary(string id = "f1") => new(
        id, World.Cluster, World.Primary, AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary, "The primary cannot be reached", ["it does not answer"], World.Noon);
}
