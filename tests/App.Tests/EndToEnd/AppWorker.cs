using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.FunctionsHost;

namespace OrchestratorFunctions.App.Tests.EndToEnd;

/// <summary>The built app as a worker process below a stand-in for the host, on real servers and an emulated account. The queue is away.</summary>
internal static class AppWorker
{
    public static async Task<StandInHost> StartAsync(ServerFleet fleet, params (string Key, string Value)[] more)
    {
        var azurite = await AzuriteServer.SharedAsync();
        var settings = new Dictionary<string, string>
        {
            ["Storage__ConnectionString"] = azurite.ConnectionString,
            ["Storage__TablePrefix"] = $"app{Guid.NewGuid().ToString("N")[..12]}",
            ["MySql__User"] = "orchestrator", ["MySql__Password"] = "orchestrator",
            ["MySql__ReplicationUser"] = "repl", ["MySql__ReplicationPassword"] = "repl",
            ["FailureBus__FullyQualifiedNamespace"] = "nobody.servicebus.invalid",
            ["Discovery__Seeds"] = fleet.Primary.Key,
        };
        foreach (var (key, value) in more) settings[key] = value;
        return await StandInHost.StartAsync(AppOutputs.Folder, settings);
    }
}
