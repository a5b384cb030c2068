using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Practising;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;
using OrchestratorFunctions.Local.Settings;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Local;

/// <summary>Puts the rooms together for one process: the composition root of this door.</summary>
public sealed class LocalRoom : IAsyncDisposable
{
    private readonly Emulator? emulator;
    private readonly MySqlRoom mySql;

    private LocalRoom(AllSettings settings, StorageRoom storage, IRecoveryStore recoveries, Emulator? emulator, ILoggerFactory loggers, TimeProvider time)
    {
        this.emulator = emulator;
        var log = loggers.CreateLogger("OrchestratorFunctions");
        mySql = new MySqlRoom(settings.MySql);
        Settings = settings;
        Storage = storage;
        Recoveries = recoveries;
        var holder = $"{Environment.MachineName}:{Environment.ProcessId}";
        var watch = settings.Watch.ToPolicy(settings.Detection.ToPolicy());
        var policy = settings.Recovery.ToPolicy(settings.Takeover, settings.MySql.HasReplicationAccount);
        var gate = new GateReader(storage.Settings, recoveries, settings.Recovery.ToGatePolicy(), time);
        var live = new LiveTopology(storage.Topologies, mySql.Probe, time);
        Discover = new DiscoverInstances(mySql.Probe, storage.Topologies, watch.ProbeTimeout * 2, time, log);
        Recover = new RecoverCluster(live, recoveries, storage.Topologies, mySql.Steps, storage.Leases, gate, storage.Audit, policy, watch, holder, time, log);
        Verdicts = new Verdicts(gate, storage.Topologies, recoveries, storage.Failures, watch, time, log);
        Watch = new WatchShards(Shard.Of(settings.Watch.Shards).Select(shard => new WatchClusters(
            storage.Topologies, mySql.Probe, mySql.Sessions, storage.Leases, storage.Settings, Discover, Verdicts, watch, shard, holder, time, log)));
        Receive = new ReceiveFailures(storage.Failures, recoveries, Recover, time, log);
        Verdicts.Found += Receive.Begin;
        Clean = new CleanHouse(recoveries, storage.Audit, settings.Clean.ToPolicy(), time, log);
        Command = new RunCommand(storage.Topologies, live, Recover, policy, watch.ProbeTimeout, time);
        Practice = new PracticeFailover(
            storage.Topologies, storage.Recoveries, storage.Leases, storage.Settings, storage.Audit, storage.Failures, watch, holder, time);
        Probe = mySql.Probe;
        Steps = mySql.Steps;
        Sessions = mySql.Sessions;
        Api = new ApiRoom(new FleetView(storage.Topologies, storage.Settings, time, Watch), recoveries, storage.Settings, watch.Detection, time, StaleAfter: TimeSpan.FromSeconds(90));
    }

    public AllSettings Settings { get; }
    public StorageRoom Storage { get; }
    public IRecoveryStore Recoveries { get; }
    public DiscoverInstances Discover { get; }
    public RecoverCluster Recover { get; }
    public Verdicts Verdicts { get; }
    public WatchShards Watch { get; }
    public ReceiveFailures Receive { get; }
    public CleanHouse Clean { get; }
    public RunCommand Command { get; }
    public PracticeFailover Practice { get; }
    public IInstanceProbe Probe { get; }
    public IStepRunner Steps { get; }
    public ISessionKeeper Sessions { get; }
    public ApiRoom Api { get; }

    /// <summary>The statements a planned step would send, secrets masked.</summary>
    public IReadOnlyList<string> Preview(Core.Planning.PlannedStep step, Core.Model.Topology topology) => mySql.Steps.Preview(step.Step, topology);

    /// <summary>Opens storage, starting the emulator when no account is configured.</summary>
    /// <param name="wrap">For tests: puts something between the flows and the store of recoveries.</param>
    public static async Task<LocalRoom> OpenAsync(
        AllSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel, Func<IRecoveryStore, IRecoveryStore>? wrap = null)
    {
        var emulator = settings.NeedsEmulator ? await Emulator.JoinAsync("local", cancel) : null;
        if (emulator is not null) settings.Storage.ConnectionString = emulator.ConnectionString;
        var storage = await StorageRoom.OpenAsync(settings.Storage, time, loggers.CreateLogger("OrchestratorFunctions.Storage"), cancel);
        return new LocalRoom(settings, storage, wrap?.Invoke(storage.Recoveries) ?? storage.Recoveries, emulator, loggers, time);
    }

    public async ValueTask DisposeAsync()
    {
        await mySql.DisposeAsync();
        if (emulator is not null) await emulator.DisposeAsync();
    }
}
