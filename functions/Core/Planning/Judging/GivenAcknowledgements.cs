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
        return topology.ReplicasOf(writer).Count(r => SemiSyncRule.Acknowledges(r.Current)
            && topology.LinkBetween(r, writer) is { Receiver: ReplicationThread.Running });
    }

    /// <summary>
    /// How many acknowledgements a new writer may wait for: those that are given, and those it is hoped to be given. It
    /// is not told to wait for more than it counts itself, and because of its count alone it is not told to wait for
    /// fewer: that would give up a promise, and a replica that has just connected may not be counted yet.
    /// </summary>
    /// <param name="hope">Replicas that are connecting and will acknowledge.</param>
    public static int Expected(Topology topology, Member writer, int hope)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var given = Given(topology, writer.Key) + hope;
        return writer.Current is { SemiSync: var told }
            ? Math.Max(Math.Min(given, Waits(told)), Math.Min(given, Counted(writer) + hope))
            : given;
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
        if (writer.Current is not { SemiSync: var told }) return "";
        var (waits, given) = (Waits(told), Math.Min(Given(topology, writer.Key), Counted(writer)));
        if (waits > given)
            return $"commits wait for {waits} acknowledgements and {Receive(given)}, so they hang until more do";
        if (waits >= rule.WaitFor) return "";
        var fewer = waits == 0 ? "no acknowledgement" : $"{waits} of {rule.WaitFor} acknowledgements";
        return $"commits wait for {fewer}, because {Receive(given)}; raise it when more do";
    }

    private static int Waits(SemiSync told) => told.SourceEnabled ? Math.Max(1, told.WaitForReplicas) : 0;

    // A replica says until its replica_net_timeout that it receives from a writer whose machine failed and is back:
    // nobody ended that connection. The writer counts those connected to it since. Its uptime is told with the count.
    private static int Counted(Member writer) =>
        writer.Current is { UptimeSeconds: not null } now && !now.Stale.HasFlag(InstanceParts.SemiSync)
            ? now.SemiSync.Clients
            : AllThatSaySo;

    private const int AllThatSaySo = 1_000_000;

    private static string Receive(int replicas) => replicas switch
    {
        0 => "no replica that acknowledges receives from it",
        1 => "only one replica that acknowledges receives from it",
        _ => $"only {replicas} replicas that acknowledge receive from it",
    };
}
