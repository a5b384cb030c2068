using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// What is lost with a primary, and what can be said of it. Two questions are asked. Is anything missing that was seen
/// (<see cref="KnownLoss"/>)? And what of the commits after the last sighting: with W acknowledgements per commit, N
/// replicas that could have given them and R of those reachable with their relay log kept, R + W &gt; N guarantees them
/// (<see cref="SemiSyncRule.IsGuaranteed"/>, S4).
/// </summary>
/// <param name="IsBroken">An operator must allow the loss: transactions that clients count on are known to be missing,
/// or too many of the replicas that may have acknowledged some are gone.</param>
/// <param name="PossiblyLost">What is lost or not guaranteed, in words; empty when everything is.</param>
/// <param name="Checked">
/// What was compared when nothing that was promised is lost, how old it was, and what is not known (S20); else empty.
/// </param>
public sealed record Durability(bool IsBroken, string PossiblyLost, string Checked = "")
{
    /// <summary>Clients count on what was acknowledged, and it is there.</summary>
    public bool IsKept => Checked.Length > 0;

    /// <param name="old">The failed primary.</param>
    /// <param name="reachable">Replicas that were seen and whose receivers stand still.</param>
    /// <param name="position">All that the next primary will have.</param>
    /// <param name="stopped">Replicas whose receivers stood still before: they acknowledged nothing since.</param>
    public static Durability Of(
        Topology topology, Member old, IReadOnlySet<InstanceKey> reachable, GtidPosition position,
        IReadOnlySet<InstanceKey>? stopped = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(reachable);
        ArgumentNullException.ThrowIfNull(position);
        if (old.LastSeen is not { } last)
            return new(WasPromised(topology, old), "the primary was never seen, so its last transactions are unknown");
        var loss = KnownLoss.Of(topology, old, position);
        if (SemiSyncRule.Of(old) is not { IsKept: true } rule || IsUnguarded(topology, old.Key))
            return Asynchronous(topology, old, reachable, loss);
        var given = Acknowledgements.Of(topology, old, last.SemiSync.Clients, reachable, stopped);
        var passedOn = PassedOn.Says(topology, old, given.Unseen);
        return Promised(old, given, rule, loss, Age(topology, old), Unheard(topology, old, rule), passedOn);
    }

    private static Durability Promised(
        Member old, Acknowledgements given, SemiSyncRule rule, KnownLoss loss, TimeSpan age, TimeSpan unheard,
        string passedOn)
    {
        if (!rule.IsGuaranteed(given.Backed, given.All))
            return new(true, Join(given.WhyNotGuaranteed(rule), passedOn, loss.Says));
        var compared = $"{given.Guarantee(rule)}, and {loss.Compared}; {loss.Old} was last seen {Words(age)} before; "
            + $"not known: whether {loss.Old} waited until its end";
        if (loss.IsEmpty) return new(false, FellBack(old, rule, age, unheard, UntilOpened), compared);
        return loss.MayHaveWaited
            ? new(false, $"{loss.Says}, where it may have been waiting for acknowledgements", given.Guarantee(rule))
            : new(true, loss.Says);
    }

    // A recovery told it to wait for fewer after it was opened, and nobody may have seen it since.
    private static bool IsUnguarded(Topology topology, InstanceKey old) =>
        topology.Ledger.Of(old).OfType<LedgerEntry.MaybeOpen>().Any(open => open.IsUnguarded);

    // Replicas that acknowledge do so because clients are to count on it; how many it waits for, nobody knows.
    private static bool WasPromised(Topology topology, Member old) =>
        topology.ReplicasOf(old.Key).Any(r => SemiSyncRule.Acknowledges(r.LastKnown));

    private static TimeSpan Age(Topology topology, Member old) =>
        old.LastSeenAt is { } at && topology.TakenAt > at ? topology.TakenAt - at : TimeSpan.Zero;

    private static string Words(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    /// <summary>
    /// What an old primary that waits for acknowledgements may have acknowledged alone by now; empty when it had no
    /// time for that, and where it promises nothing.
    /// </summary>
    public static string FellBack(Topology topology, Member old)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return SemiSyncRule.Of(old) is { IsKept: true } rule
            ? FellBack(old, rule, Age(topology, old), Unheard(topology, old, rule), UntilOpened)
            : "";
    }

    /// <summary>The same, where its successor was opened at a known instant.</summary>
    public static string FellBackUntil(DateTimeOffset opened, Member old)
    {
        ArgumentNullException.ThrowIfNull(old);
        return SemiSyncRule.Of(old) is { IsKept: true } rule && old.LastSeenAt is { } at && opened > at
            ? FellBack(old, rule, opened - at, opened - at, TimeSpan.Zero)
            : "";
    }

    /// <summary>A writer is opened within this time from when it was chosen.</summary>
    private static readonly TimeSpan UntilOpened = TimeSpan.FromSeconds(1);

    // What it acknowledged by itself is on no replica, and nobody saw it. Empty where it had no time for that. Where
    // too few replicas were left to give them, or have heard of it, its wait had begun before it was last seen.
    private static string FellBack(Member old, SemiSyncRule rule, TimeSpan age, TimeSpan unheard, TimeSpan margin)
    {
        var (given, timeout) = (old.LastSeen!.SemiSync.Clients, TimeSpan.FromMilliseconds(rule.TimeoutMilliseconds));
        var isAlone = given < rule.WaitFor && timeout.TotalSeconds <= old.LastSeen.UptimeSeconds + age.TotalSeconds;
        if (!isAlone && !rule.MayHaveEndedWithin(unheard + margin)) return "";
        var with = isAlone ? $", with {given} of {rule.WaitFor} replicas to give them," : "";
        var since = unheard > age ? $", which may have been missing for {Words(unheard)} by now," : "";
        return $"{old.Key} was last seen waiting for acknowledgements{with} {Words(age)} before{since} and goes on "
            + $"without them after {Words(timeout)}: what it wrote after that may be lost";
    }

    // For how long the old primary may have had fewer acknowledgements than it waits for: since it was last seen, or
    // since too few replicas had heard of it, be it seen waiting after that.
    private static TimeSpan Unheard(Topology topology, Member old, SemiSyncRule rule)
    {
        var ackers = topology.ReplicasOf(old.Key).Where(r => SemiSyncRule.Acknowledges(r.LastKnown)).ToArray();
        var age = Age(topology, old);
        if (ackers.Length < rule.WaitFor || ackers.Length < old.LastSeen?.SemiSync.Clients) return age;
        var silent = ackers.Select(r => SilentFor(topology, r, old)).Order().ElementAt(rule.WaitFor - 1);
        return silent > age ? silent : age;
    }

    private static TimeSpan SilentFor(Topology topology, Member replica, Member old) =>
        topology.LinkBetween(replica, old.Key)?.SilentFor is { } silent && replica.LastSeenAt is { } at
            ? topology.TakenAt - at + silent
            : TimeSpan.Zero;

    // Nothing was promised, so what died with the primary does not hold up its successor. What the replicas missed
    // while the primary still wrote for others is another matter: nobody reckons with that.
    private static Durability Asynchronous(
        Topology topology, Member old, IReadOnlySet<InstanceKey> reachable, KnownLoss loss)
    {
        const string asynchronous =
            "replication was asynchronous, so commits after the last ones received may be lost";
        var isOld = reachable.Count > 0 && reachable.All(key => WasLostBefore(topology, key, old));
        if (loss.IsEmpty || !isOld) return new(false, Join(asynchronous, loss.Says));
        var names = string.Join(", ", reachable.Order());
        return new(true, Join($"{names} had lost {old.Key} long before it failed", loss.Says));
    }

    private static bool WasLostBefore(Topology topology, InstanceKey key, Member old) =>
        topology[key] is { } replica && topology.LinkBetween(replica, old.Key) is { } link
        && (LinkAge.WasLostBefore(replica, link, old) || LinkAge.HasNeverHeard(replica, link));

    private static string Join(params IEnumerable<string> parts) =>
        string.Join("; ", parts.Where(p => p.Length > 0));
}
