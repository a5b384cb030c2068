using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>Every plan for a server or a cluster, and whether it can be made.</summary>
/// <param name="Key">The server; null where the cluster is meant.</param>
/// <param name="TakenAt">They are judged by what was known of the servers then; none was asked.</param>
/// <param name="Options">In the order of the catalogue.</param>
public sealed record PlanOptions(
    ClusterId Cluster, InstanceKey? Key, DateTimeOffset TakenAt, ImmutableArray<PlanOption> Options)
{
    /// <summary>A line for each.</summary>
    [JsonIgnore]
    public string Says
    {
        get
        {
            var width = Options.Max(o => o.Operation.Length);
            return string.Join('\n', Options.Select(o => $"{o.Operation.PadRight(width)}  {o.Says}"));
        }
    }
}

/// <summary>One plan of <see cref="PlanOptions"/>.</summary>
/// <param name="Operation">Its name in the catalogue.</param>
/// <param name="Refusal">
/// Why it cannot be made: as it is asked for without a target where it need not name one, or for a reason that stands
/// for every target. Null when it can be.
/// </param>
/// <param name="Targets">
/// The servers that may be named as its successor or its new source; null where it names none.
/// </param>
/// <param name="Asks">
/// Keys of what has to be said with it. The refusal is what stands whatever is said; null where that decides.
/// </param>
public sealed record PlanOption(
    string Operation, Refusal? Refusal, ImmutableArray<PlanTarget>? Targets, ImmutableArray<string> Asks)
{
    /// <summary>What is taken for granted of it though it was seen otherwise; null for nothing.</summary>
    public string? Assumes { get; init; }

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Says
    {
        get
        {
            var open = Targets?.Count(t => t.Refusal is null);
            var to = Targets is { } all ? $"; {open} of {all.Length} servers can be named" : "";
            if (Refusal is { } refusal) return $"no: {Told(refusal)}{(open > 0 ? to : "")}";
            var asks = Asks.IsEmpty ? "" : $"; say {string.Join(" or ", Asks)}";
            return $"can be done{(Assumes is null ? "" : $", if {Assumes}")}{asks}{to}";
        }
    }

    private static string Told(Refusal refusal) =>
        refusal.Remedy.Length == 0 ? refusal.Because : $"{refusal.Because} ({refusal.Remedy})";
}

/// <summary>A server that a plan may name.</summary>
/// <param name="Refusal">Why the plan cannot be made with it; null when it can.</param>
public sealed record PlanTarget(InstanceKey Key, Refusal? Refusal);
