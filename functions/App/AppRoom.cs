using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.App.Queues;
using OrchestratorFunctions.App.Settings;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.App;

/// <summary>Puts the rooms together for one instance of the app: the composition root of this door.</summary>
public sealed class AppRoom : IAsyncDisposable
{
    private readonly IAsyncDisposable[] owned;

    internal AppRoom(FlowPorts ports, AppSettings settings, string holder, TimeProvider time, ILogger log, params IAsyncDisposable[] owned)
    {
        this.owned = owned;
        Flow = new FlowRoom(ports, settings.Flow, settings.MySql.HasReplicationAccount, holder, time, log);
        Api = new ApiRoom(new FleetView(ports.Topologies, ports.Settings, time, Flow.Watch), ports.Recoveries, ports.Settings, Flow.WatchPolicy.Detection, time, DetectFailures.StaleAfter, settings.Api);
    }

    public FlowRoom Flow { get; }
    public ApiRoom Api { get; }

    public static async Task<AppRoom> OpenAsync(AppSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancel)
    {
        var storage = await StorageRoom.OpenAsync(settings.Storage, time, loggers.CreateLogger("OrchestratorFunctions.Storage"), cancel);
        var bus = new ServiceBusClient(settings.Bus.FullyQualifiedNamespace, new DefaultAzureCredential());
        var mySql = new MySqlRoom(settings.MySql);
        var ports = new FlowPorts(
            mySql.Probe, mySql.Steps, mySql.Sessions, storage.Topologies, storage.Recoveries, storage.Leases, storage.Settings, storage.Audit,
            new FailureSender(bus.CreateSender(Names.FailureQueue)));
        return new AppRoom(ports, settings, $"{Environment.MachineName}:{Environment.ProcessId}", time, loggers.CreateLogger("OrchestratorFunctions"), mySql, bus);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned) await one.DisposeAsync();
    }
}
