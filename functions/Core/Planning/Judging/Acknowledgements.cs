using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Who may have acknowledged the last commits of a primary, and whose acknowledgements can still be relied on.
/// </summary>
/// <param name="All">N: replicas that may have acknowledged, with those that only the primary knows.</param>
/// <param name="Backed">R: those of them that can be reached and have kept their relay log.</param>
/// <param name="Missing">The names of those that cannot be reached.</param>
/// <param name="Restarted">Reachable ones that may have given up what they had acknowledged.</param>
internal sealed record Acknowledgements(
    InstanceKey Old, int All, int Backed, IReadOnlyList<string> Missing, IReadOnlyList<Member> Restarted)
{
    /// <param name="clients">How many acknowledging replicas the primary counted when it was last seen.</param>
    /// <param name="reachable">Replicas that were seen and whose receivers stand still.</param>
    /// <param name="stopped">Replicas whose receivers stood still before; null for none.</param>
    public static Acknowledgements Of(
        Topology topology, Member old, int clients, IReadOnlySet<InstanceKey> reachable,
        IReadOnlySet<InstanceKey>? stopped = null)
    {
        var replicas = topology.ReplicasOf(old.Key).Where(r => stopped?.Contains(r.Key) != true);
        Member[] told = [.. replicas.Where(r => SemiSyncRule.Acknowledges(r.LastKnown))];
        // One that was gone before is left out unless the primary counted more than those that are here.
        var isCounted = clients > told.Count(r => reachable.Contains(r.Key));
        Member[] ackers = [.. told.Where(r =>
            reachable.Contains(r.Key) || isCounted || !LinkAge.WasGoneBefore(r, old))];
        Member[] present = [.. ackers.Where(r => reachable.Contains(r.Key))];
        Member[] restarted = [.. present.Where(r => MayHaveForgotten(r, old))];
        Member[] untold = [.. topology.Members.Where(m =>
            SemiSyncRule.Acknowledges(m.LastKnown) && UntoldReplicas.MayFollow(topology, m, old))];
        var all = Math.Max(ackers.Length + untold.Length, clients);
        Member[] unseen = [.. ackers.Except(present)];
        var missing = unseen.Concat(untold).Select(r => r.Key.ToString());
        if (all > ackers.Length + untold.Length) missing = missing.Append("an unknown replica");
        return new(old.Key, all, present.Length - restarted.Length, [.. missing], restarted) { Unseen = unseen };
    }

    /// <summary>Known replicas that may have acknowledged and cannot be reached.</summary>
    public IReadOnlyList<Member> Unseen { get; init; } = [];

    /// <summary>Why an acknowledged commit may be on none of those that can be reached.</summary>
    public string WhyNotGuaranteed(SemiSyncRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var reached = Backed + Restarted.Count;
        var counts = $"commits waited for {rule.WaitFor} of {All} semi-sync replicas and only {reached} can be reached";
        if (Missing.Count == 0) return Forgetting;
        var gone = $"{counts}: {string.Join(", ", Missing)} may hold acknowledged transactions nobody else has";
        return Restarted.Count == 0 ? gone : $"{gone}; {Forgetting}";
    }

    /// <summary>Why every acknowledged commit is there, and what that rests on.</summary>
    public string Guarantee(SemiSyncRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return $"commits waited for {rule.WaitFor} of {All} semi-sync replicas when {Old} was last seen, "
            + $"{Backed} can be reached and none of them is known to have given up relay log since";
    }

    private string Forgetting
    {
        get
        {
            var givingUp = Restarted.Where(r => GivesUpRelayLog(r.Current!)).Select(r => r.Key).ToArray();
            var unsynced = Restarted.Select(r => r.Key).Except(givingUp).ToArray();
            return string.Join("; ", new[]
            {
                givingUp.Length == 0 ? "" : $"{string.Join(", ", givingUp)} restarted after {Old} was last seen and "
                    + "gave up the relay log: what was acknowledged and not applied before may be gone",
                unsynced.Length == 0 ? "" : $"{string.Join(", ", unsynced)} restarted after {Old} was last seen and "
                    + "had not all of the relay log on disk (sync_relay_log is not 1): if the machine failed, "
                    + "what was acknowledged before may be gone",
            }.Where(s => s.Length > 0));
        }
    }

    // Acknowledged before the primary was last seen is executed there and compared; later is known to nobody.
    private static bool MayHaveForgotten(Member replica, Member old)
    {
        if (replica.Current is not { UptimeSeconds: { } uptime } instance) return false;
        if (!GivesUpRelayLog(instance) && instance.RelayLog is { SyncEvery: 1 }) return false;
        // It counts whole seconds from the second it started in: it may have run for one less than it says. A machine
        // takes longer than that to start, and what is not synced is lost with its machine only.
        var runs = TimeSpan.FromSeconds(GivesUpRelayLog(instance) ? Math.Max(0, uptime - 1) : uptime);
        if (instance.SessionAge > runs) runs = instance.SessionAge.Value;
        return replica.LastSeenAt - runs >= old.LastSeenAt;
    }

    // With GTIDs MariaDB empties the relay log whenever replication starts; a setting that was not asked is unknown.
    // What is not on the disk outlives the process and not its machine, and no server says which of them restarted.
    private static bool GivesUpRelayLog(Instance replica) =>
        replica.Version.Flavor == ServerFlavor.MariaDb || replica.RelayLog is not { RecoversAtStart: false };
}
