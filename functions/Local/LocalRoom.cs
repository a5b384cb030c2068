using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.Local.Hooking;
using OrchestratorFunctions.Local.Settings;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Local;

/// <summary>Puts the rooms together for one process: the composition root of this door.</summary>
public sealed class LocalRoom : IAsyncDisposable
{
    /// <summary>
    /// For so long a command stays for what it has yet to tell; the rest is told by the process that serves.
    /// </summary>
    private static readonly TimeSpan TellingMost = TimeSpan.FromSeconds(5);

    private readonly Emulator? emulator;
    private readonly MySqlServers mySql;
    private readonly Webhooks hooks;

    private LocalRoom(
        LocalSettings settings, AzureStorage storage, IRecoveryStore recoveries, Emulator? emulator,
        ILoggerFactory loggers, TimeProvider time)
    {
        this.emulator = emulator;
        var log = loggers.CreateLogger("OrchestratorFunctions");
        var mistakes = new OwnErrors(log, time);
        mySql = new MySqlServers(settings.MySql, time: time, mistakes: mistakes);
        hooks = new Webhooks(settings.Hooks, time, new ShellCommands(settings.Hooks.Shell, time));
        Settings = settings;
        var ports = new FlowPorts(
            mySql.Probe, mySql.Steps, mySql.Sessions, storage.Topologies, recoveries, storage.Leases, storage.Settings,
            storage.Audit, storage.Failures, new NoticePorts(storage.Notices, hooks.Sinks))
        {
            Chance = Random.Shared, Pools = storage.Pools, Tokens = storage.Tokens, Mistakes = mistakes,
            Hooks = hooks.Hooks, PlannedHooks = settings.Hooks.Planned,
        };
        var holder = $"{Environment.MachineName}:{Environment.ProcessId}";
        Flow = new Flows(ports, settings.Flow, settings.MySql.HasReplicationAccount, holder, time, log);
        Receive = new ReceiveFailures(storage.Failures, Flow.Recover, time, log);
        Flow.Runs.Ended += Receive.Wake;
        Api = ApiContext.Of(Flow, settings.Flow, settings.Api, time, log);
    }

    public LocalSettings Settings { get; }
    public Flows Flow { get; }
    public FlowPorts Ports => Flow.Ports;
    public ReceiveFailures Receive { get; }
    public ApiContext Api { get; }

    /// <summary>Opens storage, starting the emulator when no account is configured.</summary>
    /// <param name="wrap">For tests: puts something between the flows and the store of recoveries.</param>
    public static async Task<LocalRoom> OpenAsync(
        LocalSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel,
        Func<IRecoveryStore, IRecoveryStore>? wrap = null)
    {
        var emulator = settings.NeedsEmulator ? await Emulator.JoinAsync("local", cancel) : null;
        if (emulator is not null) settings.Storage.ConnectionString = emulator.ConnectionString;
        var storage = await AzureStorage.OpenAsync(
            settings.Storage, time, loggers.CreateLogger("OrchestratorFunctions.Storage"), cancel);
        return new LocalRoom(
            settings, storage, wrap?.Invoke(storage.Recoveries) ?? storage.Recoveries, emulator, loggers, time);
    }

    public async ValueTask DisposeAsync()
    {
        if (Flow.Notices is { } notices) await notices.QuietAsync(TellingMost);
        await hooks.DisposeAsync();
        await mySql.DisposeAsync();
        if (emulator is not null) await emulator.DisposeAsync();
    }
}
