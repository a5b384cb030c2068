using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Infra.Tests;

/// <summary>What the app and its infrastructure have to agree on, in one place.</summary>
internal static class Contract
{
    public const string Queue = "failures", TaskHub = "orchestrator", Container = "deployments", Connection = "FailureBus";

    /// <summary>Timers of the watch, one a shard.</summary>
    public static readonly string[] WatchTimers = ["WatchTimer", "WatchTimer1", "WatchTimer2", "WatchTimer3", "WatchTimer4", "WatchTimer5", "WatchTimer6", "WatchTimer7"];

    /// <summary>Counters of the meter OrchestratorFunctions.</summary>
    public static readonly string[] Counters = ["orchestrator.breaker.trips", "orchestrator.holds", "orchestrator.recoveries", "orchestrator.watch.beats"];

    /// <summary>One type of every assembly that has options the app reads.</summary>
    public static readonly Type[] OptionsOf = [typeof(WatchOptions), typeof(MySqlOptions), typeof(StorageOptions)];

    /// <summary>Options the app does not take on Azure.</summary>
    public static readonly string[] NotOnAzure = ["Storage:ConnectionString"];

    /// <summary>Settings read by the Functions host, its extensions and Azure's clients.</summary>
    public static readonly string[] PlatformSettings =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
        $"{Connection}__clientId", $"{Connection}__credential", $"{Connection}__fullyQualifiedNamespace",
    ];

    public static string Disabled(string timer) => $"AzureWebJobs__{timer}__Disabled";
}
