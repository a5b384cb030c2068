using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Who really acknowledges what a writer commits. A writer never waits for an acknowledgement that nobody gives: every
/// commit would hang (L3).
/// </summary>
public static class GivenAcknowledgements
{
    /// <summary>Replicas that acknowledge and are seen to receive from the writer.</summary>
    public static int Given(Topology topology, InstanceKey writer)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.ReplicasOf(writer).Count(r => SemiSyncRule.Acknowledges(r.Now)
            && topology.LinkBetween(r, writer) is { Receiver: ReplicationThread.Running });
    }

    /// <summary>
    /// The semi-sync role that makes a writer wait for as many acknowledgements as it is given and no more than the
    /// rule asks for; null when it has that role, or cannot take it.
    /// </summary>
    public static SetSemiSync? Role(Topology topology, Member writer, SemiSyncRule rule)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(rule);
        return rule.ForNewWriter(writer, Given(topology, writer.Key));
    }

    /// <summary>What a writer promises less than the rule, as it is seen; empty when it keeps the rule.</summary>
    public static string Remark(Topology topology, Member writer, SemiSyncRule rule)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(rule);
        if (writer.Now is not { SemiSync: var told }) return "";
        var (waits, given) = (told.SourceEnabled ? Math.Max(1, told.WaitForReplicas) : 0, Given(topology, writer.Key));
        if (waits > given)
            return $"commits wait for {waits} acknowledgements and {Receive(given)}, so they hang until more do";
        if (waits >= rule.WaitFor) return "";
        var fewer = waits == 0 ? "no acknowledgement" : $"{waits} of {rule.WaitFor} acknowledgements";
        return $"commits wait for {fewer}, because {Receive(given)}; raise it when more do";
    }

    private static string Receive(int replicas) => replicas switch
    {
        0 => "no replica that acknowledges receives from it",
        1 => "only one replica that acknowledges receives from it",
        _ => $"only {replicas} replicas that acknowledge receive from it",
    };
}
