using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Naming;

/// <summary>
/// Whether a server or a cluster may be forgotten, as it is seen now. What is alive and replicates would be found again
/// at once, and a living cluster would be watched by nobody: both have to be meant. Pure.
/// </summary>
public static class Forgetting
{
    private const string Force = "force it (--force, or force=true)";

    /// <summary>Why a server is not forgotten unless that is forced; null when it is.</summary>
    public static Refusal? WhyNot(Topology topology, InstanceKey key)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology[key] is not { } member) return null;
        // What names this address as its source follows the server that answers there now.
        if (member.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.AnotherServer }) return null;
        if (topology.ReplicasOf(member.Key) is { IsEmpty: false } below)
            return new($"{Names(below)} {(below.Length == 1 ? "replicates" : "replicate")} from {member.Key}",
                $"move what follows it below another server first, or {Force}");
        if (topology.SourcesOf(member) is { IsEmpty: false } sources && member.IsSeen)
            return new($"{member.Key} is alive and replicates from {Names(sources)}: "
                + "as long as it does it is found again",
                $"stop the server or end its replication first (RESET REPLICA ALL), or {Force}");
        return !member.IsSeen && member.Outcome.ShowsLife
            ? new($"{member.Key} answers and was not seen ({Says(member)}): "
                + "it is not known whether it replicates", Force)
            : null;
    }

    /// <summary>Why a whole cluster is not forgotten unless that is forced; null when it is.</summary>
    public static Refusal? WhyNot(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var alive = topology.Members.Count(m => m.Outcome.ShowsLife);
        return alive == 0
            ? null
            : new($"{alive} of its {topology.Members.Length} servers are alive, and nobody would watch them any more",
                $"stop them first, or {Force}");
    }

    /// <summary>
    /// The entries that nobody can pay when a server is forgotten. What its recoveries knew to be within reach stays:
    /// it is about transactions, and the next primary must have them.
    /// </summary>
    public static ImmutableArray<LedgerEntry> DebtsOf(Ledger ledger, InstanceKey key)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return [.. ledger.Of(key).Where(e => e is not LedgerEntry.Target)];
    }

    private static string Says(Member member) => (member.Outcome as ProbeOutcome.Failed)?.Says ?? "";

    private static string Names(ImmutableArray<Member> members) => string.Join(", ", members.Select(m => m.Key));
}
