using System.Globalization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Replacing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>Everything that keeps a primary from being switched, each with what would allow it.</summary>
internal static class TakeoverRefusal
{
    /// <param name="choice">The successor; null when no replica can be it, for the reasons in <paramref
    /// name="judged"/>.</param>
    public static IEnumerable<Refusal> Of(
        Topology topology, Member old, Recovery recovery, CandidateChoice? choice,
            IReadOnlyCollection<CandidateJudgement> judged)
    {
        if (OfPrimary(topology, old) is { } ofPrimary) yield return ofPrimary;
        if (OfWriter(topology, old) is { } ofWriter) yield return ofWriter;
        if (choice is null)
            yield return CandidateRefusal.OfChoice("no replica can take over", recovery.Target, old.Key, judged);
        else if (OfSuccessor(topology, old, choice.Candidate, recovery.Policy) is { } ofSuccessor)
            yield return ofSuccessor;
        else if (CanFollow.OfLogin(old, topology[choice.Candidate]!).FirstOrDefault() is { } ofLogin)
            yield return ofLogin with
            {
                Because = $"{old.Key} could not be made a replica afterwards: it {ofLogin.Because}",
            };
        if (EventStages.WhyNotQuiet(topology, old, recovery.Policy) is { } events)
            yield return events;
        if (!recovery.Policy.HasReplicationAccount)
            yield return new(
                $"{old.Key} could not be made a replica afterwards: no replication account is configured",
                    "MySql:ReplicationUser");
        foreach (var sibling in topology.ReplicasOf(old.Key).Where(r => r.Key != choice?.Candidate))
            if (OfSibling(topology, sibling, choice) is { } ofSibling) yield return ofSibling;
    }

    private static Refusal? OfPrimary(Topology topology, Member old)
    {
        if (old.Current is not { } instance)
            return new($"{old.Key} cannot be reached; a dead primary is recovered, not taken over from");
        if (old.Outcome is ProbeOutcome.Partly partly)
            return new($"{old.Key} was seen only in part; not known: {string.Join(", ", partly.Missing)}");
        if (topology.Primary?.Key != old.Key)
            return new($"{old.Key} is not the primary{(topology.Primary is { } primary ? $", {primary.Key} is" : "")}");
        if (CandidateRefusal.OfRights(instance) is { } rights)
            return rights with { Because = $"{old.Key} {rights.Because}" };
        return OfClosed(topology, old);
    }

    // One that refuses writes already has nothing to be frozen, but privileged accounts may still write. What a
    // recovery closed it may have closed for what it lacks: that is asked where it is opened (S4, S5).
    private static Refusal? OfClosed(Topology topology, Member old)
    {
        if (Owed.IsOpening(topology, old.Key)) return OfOwed(old, Owed.WhyNotOpen(topology, old));
        if (old.Current is not { ReadOnly: true }) return null;
        // As a replica it would not take its own lost transactions back: servers skip what carries their server_id
        // (manual, replicate_same_server_id).
        if (Owed.WhyBehind(topology, old) is { } behind) return behind;
        var isHalf = !new SetReadOnly(old.Key).IsSatisfiedBy(topology);
        return isHalf
            ? new($"{old.Key} is read_only, but accepts writes of privileged accounts",
                $"super_read_only=ON on {old.Key}, or the command open first")
            : null;
    }

    private static Refusal OfOwed(Member old, Refusal? whyNotOpen) => new(
        $"a recovery left {old.Key} closed, and it is opened first{(whyNotOpen is { } why ? $": {why.Because}" : "")}",
        whyNotOpen is { Remedy.Length: > 0 } ? whyNotOpen.Remedy : "the command open");

    /// <summary>
    /// Somebody else may be a writer. Found only after the freeze, it would keep the old primary closed: opened again
    /// it would be the second one (S1).
    /// </summary>
    public static Refusal? OfWriter(Topology topology, Member old)
    {
        if (TakeoverRollback.Writer(topology, old.Key) is not { } writer) return null;
        var isUntold = writer.Current is { KnowsLinks: false };
        return new(
            $"{writer.Key} accepts writes too{(isUntold ? ", and does not tell whom it follows" : "")}",
            $"read_only=ON on {writer.Key}");
    }

    private static Refusal? OfSuccessor(Topology topology, Member old, InstanceKey key, RecoveryPolicy policy)
    {
        if (topology.LinkBetween(topology[key]!, old.Key) is not { IsReplicating: true } link)
            return new($"{key} is not replicating", $"replication of {key}");
        if (OfWriting(topology[key]!, old) is { } ofWriting) return ofWriting;
        if (link.LagSeconds <= policy.TakeoverLagLimitSeconds) return null;
        var lag = link.LagSeconds?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of";
        return new(
            $"{key} is {lag} s behind, more than {policy.TakeoverLagLimitSeconds} s", "Takeover:LagLimitSeconds");
    }

    /// <summary>
    /// The successor has transactions that the living primary lacks. A sibling that has them too got them from it: that
    /// takes nothing from it (S7).
    /// </summary>
    public static Refusal? OfWriting(Member successor, Member old) =>
        ErrantTransactions.In(successor.Current!, old.Current, []) is { IsEmpty: false } errant
            ? new($"{successor.Key} has transactions of its own ({errant})",
                $"these transactions on {old.Key} too, or another successor")
            : null;

    /// <summary>
    /// A person stopped the applier of the successor since it was chosen, to keep something out of it perhaps: to wait
    /// for it would start it (S19).
    /// </summary>
    public static Refusal? OfStandstill(Topology topology, Member successor, Member old) =>
        ThreadsAsTheyWere.IsApplierStopped(topology.LinkBetween(successor, old.Key))
            ? new($"the applier of {successor.Key} was stopped since it was chosen",
                $"START REPLICA SQL_THREAD on {successor.Key}, or another successor")
            : null;

    // A planned switch leaves nobody behind but those who are declared to be away.
    private static Refusal? OfSibling(Topology topology, Member sibling, CandidateChoice? choice)
    {
        if (sibling.Downtime?.IsActiveAt(topology.TakenAt) == true) return null;
        var downtime = $"downtime on {sibling.Key}";
        if (!sibling.IsSeen) return new($"{sibling.Key} cannot be reached and would be left behind", downtime);
        if (choice is null) return null;
        return CanFollow.WhyNot(topology, sibling, topology[choice.Candidate]!).FirstOrDefault() is { } why
            ? new($"{sibling.Key} would be left behind: it {why.Because}",
                why.Remedy.Length > 0 ? $"{why.Remedy}, or {downtime}" : downtime)
            : null;
    }
}
