using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.App;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.MySql;
using OrchestratorFunctions.Storage;

namespace OrchestratorFunctions.Infra.Tests;

/// <summary>What the app and its infrastructure have to agree on, in one place.</summary>
internal static class Contract
{
    public const string Queue = Names.FailureQueue, TaskHub = "orchestrator", Container = "deployments", Connection = Names.FailureBus;

    /// <summary>Timers of the watch, one a shard, in the order of the shards.</summary>
    public static readonly string[] WatchTimers =
        [.. typeof(WatchTimers).GetMethods().Select(m => m.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>What the app counts.</summary>
    public static readonly string[] Counters = [Telemetry.BreakerTripsName, Telemetry.HoldsName, Telemetry.RecoveriesName, Telemetry.VantagesMissingName, Telemetry.BeatsName];

    /// <summary>One type of every assembly that has options the app reads, besides the connection to the queue.</summary>
    public static readonly Type[] OptionsOf = [typeof(WatchOptions), typeof(MySqlOptions), typeof(StorageOptions), typeof(ApiOptions), typeof(HookOptions)];

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
