using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.Azure.Functions.Worker;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.App;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Hooks;
using OrchestratorFunctions.MySql.Settings;
using OrchestratorFunctions.Storage;
using OrchestratorFunctions.Storage.Queues;

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
    public static readonly string[] NotOnAzure = ["Storage:ConnectionString", "Hooks:Shell"];

    /// <summary>Settings read by the Functions host, its extensions and Azure's clients.</summary>
    public static readonly string[] PlatformSettings =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
        $"{Connection}__clientId", $"{Connection}__credential", $"{Connection}__fullyQualifiedNamespace",
    ];

    /// <summary>The setting by which the host is told not to run a function. It reads this name, and the one with an underscore for each dot.</summary>
    public static string Disabled(string function) => $"AzureWebJobs.{function}.Disabled";

    /// <summary>Every string in the code of the part of the Functions host that decides which functions are off.</summary>
    public static IReadOnlyCollection<string> StringsOfTheHost()
    {
        var path = typeof(Contract).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WebJobs").Value!;
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        var strings = new HashSet<string>(StringComparer.Ordinal);
        for (var at = MetadataTokens.UserStringHandle(0); !at.IsNil || strings.Count == 0; at = metadata.GetNextHandle(at))
            strings.Add(metadata.GetUserString(at));
        return strings;
    }
}
