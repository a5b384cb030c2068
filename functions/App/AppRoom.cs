using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.App.Queues;
using OrchestratorFunctions.App.Settings;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.App;

/// <summary>Puts the rooms together for one instance of the app: the composition root of this door.</summary>
public sealed class AppRoom : IAsyncDisposable
{
    /// <summary>
    /// A message that does not get through within some seconds is a matter for the log: the recovery does not wait for
    /// it.
    /// </summary>
    private static readonly ServiceBusRetryOptions Soon = new() { TryTimeout = TimeSpan.FromSeconds(5), MaxRetries = 2 };

    private readonly IAsyncDisposable[] owned;

    internal AppRoom(FlowPorts ports, AppSettings settings, string holder, TimeProvider time, ILogger log, params IAsyncDisposable[] owned)
    {
        this.owned = owned;
        Flow = new Flows(ports, settings.Flow, settings.MySql.HasReplicationAccount, holder, time, log);
        Pipeline = new ApiPipeline(ApiContext.Of(Flow, settings.Flow, settings.Api, time, log));
    }

    public Flows Flow { get; }
    public ApiPipeline Pipeline { get; }

    public static async Task<AppRoom> OpenAsync(AppSettings settings, Func<string, ILogger> loggers, TimeProvider time, CancellationToken cancel)
    {
        var storage = await AzureStorage.OpenAsync(settings.Storage, time, loggers("OrchestratorFunctions.Storage"), cancel);
        var bus = new ServiceBusClient(settings.Bus.FullyQualifiedNamespace, new DefaultAzureCredential(), new ServiceBusClientOptions { RetryOptions = Soon });
        var (log, mistakes) = (loggers("OrchestratorFunctions"), new OwnErrors(loggers("OrchestratorFunctions"), time));
        var (mySql, hooks) = (new MySqlServers(settings.MySql, time: time, mistakes: mistakes), new Webhooks(settings.Hooks, time));
        var ports = new FlowPorts(
            mySql.Probe, mySql.Steps, mySql.Sessions, storage.Topologies, storage.Recoveries, storage.Leases, storage.Settings, storage.Audit,
            new FailureSender(bus.CreateSender(Names.FailureQueue)), new NoticePorts(storage.Notices, hooks.Sinks))
        {
            Chance = Random.Shared, Pools = storage.Pools, Tokens = storage.Tokens, Mistakes = mistakes, Hooks = hooks.Hooks, PlannedHooks = settings.Hooks.Planned,
        };
        return new AppRoom(ports, settings, $"{Environment.MachineName}:{Environment.ProcessId}", time, log, mySql, bus, hooks);
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        foreach (var one in owned) await one.DisposeAsync();
    }
}
