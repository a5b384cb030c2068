using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Examining;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Notifying;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.SelfTest;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow;

/// <summary>The flows of one process, put together once for every door.</summary>
public sealed class Flows
{
    /// <param name="hasReplicationAccount">Whether a server without a link can be given one.</param>
    /// <param name="holder">Names this process in leases and records.</param>
    public Flows(
        FlowPorts ports, FlowSettings settings, bool hasReplicationAccount, string holder, TimeProvider time,
        ILogger log)
    {
        Ports = ports with { Probe = new CountedProbe(ports.Probe, time) };
        WatchPolicy = settings.ToWatchPolicy();
        Policy = settings.ToRecoveryPolicy(hasReplicationAccount) with { Hooks = ports.PlannedHooks };
        var (gating, seeds) = (settings.ToGatePolicy(), settings.Discovery.SeedKeys);
        var gate = new GateReader(ports.Settings, ports.Recoveries, gating, time);
        var live = new ReadTopology(ports.Topologies, Ports.Probe, time);
        Discover = new DiscoverInstances(
            Ports.Probe, ports.Topologies, ports.Recoveries, new(ports.Leases, holder, WatchPolicy.LeaseLength),
            WatchPolicy.ProbeTimeout * 2, time, log);
        Recover = new RecoverCluster(
            live, ports.Recoveries, ports.Topologies, ports.Steps, ports.Leases, gate, ports.Audit, Policy, WatchPolicy,
            holder, time, log, new(ports.Hooks, gating.Filter, time, log));
        DetectFailures = new DetectFailures(
            gate, ports.Topologies, ports.Recoveries, ports.Failures, WatchPolicy, ports.Chance, time, log);
        Watch = new WatchShards(Shard.Of(settings.Watch.Shards).Select(s => WatcherOf(s, holder, time, log)), time);
        Known = new KnownServers(ports.Topologies, seeds, () => Watch.IsWatching ? Watch.Topologies : null, time);
        Seeds = new(Discover, Known, ports.Leases, holder, WatchPolicy.LeaseLength, Watch.Refresh, time, log);
        var discovery = new DiscoveryLease(ports.Leases, holder, WatchPolicy.LeaseLength, time);
        OperatorDiscovery = new(Discover, ports.Topologies, ports.Audit, discovery, Watch.TakeInAsync, time);
        Fleet = new FleetView(ports.Topologies, ports.Settings, time, Watch);
        Verbs = VerbsOf(discovery, live, new(seeds, WatchPolicy.ProbeTimeout, holder, WatchPolicy.LeaseLength), time);
        Runs = new RunRecoveries(ports.Recoveries, Recover, WatchPolicy, time, log);
        Notices = NoticesOf(time, log);
        Plans = new RunOperation(live, Recover, Policy, WatchPolicy.ProbeTimeout, ports.Chance, time);
        Signal = new SignalRecovery(ports.Recoveries, Recover, time);
        Detect = new SweepUnwatched(
            ports.Topologies, ports.Recoveries, ports.Settings, ports.Failures, WatchPolicy.Detection,
            gating.Breaker.Limit, time, log);
        Retention = new RetentionCleanup(ports.Recoveries, ports.Audit, settings.Retention.ToPolicy(), time, log);
        Practice = PracticeOf(holder, time);
        Examine = new(ClustersOf(gate), ProcessOf(settings, time));
        WarmUp = new WarmUp(ports, Practice, Plans, Watch, time, log);
        Listen(settings.Warnings, log);
    }

    private OperatorVerbs VerbsOf(
        DiscoveryLease discovery, ReadTopology live, ForgetLimits limits, TimeProvider time) => OperatorVerbs.Of(
        new(Ports.Topologies, Ports.Pools, Ports.Tokens, Ports.Audit, Watch.Refresh, time), Ports.Recoveries,
        Ports.Settings, Ports.Leases, discovery, OperatorDiscovery, live, limits,
        new(Fleet, new PlanDrafts(Policy, Ports.Chance, time)));

    private WatchClusters WatcherOf(Shard shard, string holder, TimeProvider time, ILogger log) => new(
        Ports.Topologies, Ports.Recoveries, Ports.Probe, Ports.Sessions, Ports.Leases, Ports.Settings, Discover,
        DetectFailures, WatchPolicy, shard, holder, time, log);

    private SendNotices? NoticesOf(TimeProvider time, ILogger log) => Ports.Notices is { Sinks.Length: > 0 } notices
        ? new SendNotices(notices, Ports.Recoveries, Ports.Topologies, Ports.Audit, time, log)
            .Listening(Recover, DetectFailures)
        : null;

    private PracticeFailover PracticeOf(string holder, TimeProvider time) => new(
        Ports.Topologies, Ports.Recoveries, Ports.Leases, Ports.Settings, Ports.Audit, Ports.Failures, WatchPolicy,
        holder, Ports.Chance, time);

    private ExamineClusters ClustersOf(GateReader gate) =>
        new(Plans, gate, Ports.Recoveries, Ports.Leases, WatchPolicy.Detection);

    private ExamineProcess ProcessOf(FlowSettings settings, TimeProvider time) =>
        new(Ports, settings, Known, Practice, Policy.HasReplicationAccount, time);

    private void Listen(IEnumerable<string> warnings, ILogger log)
    {
        foreach (var warning in warnings) log.Setting(warning);
        DetectFailures.Found += Runs.Begin;
        Recover.Records.Kept += Watch.Keep;
        Recover.Seen += Watch.Take;
        Recover.Records.Progress += DetectFailures.NoteEnd;
        Recover.Records.NotBegun += DetectFailures.NoteEnd;
    }

    public FlowPorts Ports { get; }
    public WatchPolicy WatchPolicy { get; }
    public RecoveryPolicy Policy { get; }
    public DiscoverInstances Discover { get; }
    public KnownServers Known { get; }

    /// <summary>The clusters for readers.</summary>
    public FleetView Fleet { get; }

    public SeedDiscovery Seeds { get; }
    public OperatorDiscovery OperatorDiscovery { get; }
    public OperatorVerbs Verbs { get; }
    public RecoverCluster Recover { get; }
    public DetectFailures DetectFailures { get; }
    public WatchShards Watch { get; }
    public RunRecoveries Runs { get; }
    public RunOperation Plans { get; }
    public SignalRecovery Signal { get; }
    public SweepUnwatched Detect { get; }
    public RetentionCleanup Retention { get; }
    public PracticeFailover Practice { get; }
    public WarmUp WarmUp { get; }
    public ExamineFleet Examine { get; }

    /// <summary>Null where nobody wants to hear of anything: then nothing is stored, read or run for it.</summary>
    public SendNotices? Notices { get; }
}
