using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>
/// Chooses in place of a dead primary: the best replica, and whether what was acknowledged survives with it (S4).
/// </summary>
/// <param name="Original">The cluster as it stood before any replica was moved.</param>
/// <param name="Unusable">Replicas that may still receive: what they hold is not known.</param>
/// <param name="Faults">Candidates that could not do what was asked.</param>
internal sealed record CandidateSearch(
    Recovery Recovery, Topology Original, Member Old, IReadOnlySet<InstanceKey> Unusable,
    IReadOnlyDictionary<InstanceKey, Refusal> Faults)
{
    /// <summary>What allows a choice that is refused because something may be lost with it.</summary>
    public const string AllowLoss = "Recovery:AllowPossibleLoss, or the command failover with --accept-loss";

    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>The choice; or null and why none is made.</summary>
    public CandidateChoice? Choose(out Refusal? refusal) => Choose(Field, out refusal);

    /// <summary>The replicas among which it is made.</summary>
    public CandidateField Field => new(Original, Old, Policy, Unusable, Faults);

    /// <inheritdoc cref="Choose(out Refusal)"/>
    public CandidateChoice? Choose(CandidateField field, out Refusal? refusal)
    {
        var choice = field.Choose(Recovery.Target, out var judged);
        if (choice is null)
        {
            refusal = CandidateRefusal.OfChoice("no replica can be promoted", Recovery.Target, Old.Key, judged);
            return null;
        }
        var (durability, gone) = (DurabilityOf(choice), GoneWithFormerCandidates(choice));
        var elsewhere = WrittenElsewhere(choice);
        refusal = Policy.AllowPossibleLoss ? null : WhyNot(choice, durability, gone, elsewhere);
        var passedOver = durability.IsKept ? "" : PassedOver(choice);
        string[] lost = [choice.PossiblyLost, gone, elsewhere, passedOver, durability.PossiblyLost];
        var possiblyLost = string.Join("; ", lost.Where(s => s.Length > 0));
        // What is said of the time after the last look takes nothing from what was compared.
        var compared = possiblyLost == durability.PossiblyLost ? durability.Checked : "";
        return refusal is null ? choice with { PossiblyLost = possiblyLost, Checked = compared } : null;
    }

    private static Refusal? WhyNot(CandidateChoice choice, Durability durability, string gone, string elsewhere)
    {
        if (durability.IsBroken) return new(durability.PossiblyLost, AllowLoss);
        if (choice.PossiblyLost.Length > 0) return new(choice.PossiblyLost, AllowLoss);
        if (elsewhere.Length > 0) return new(elsewhere, AllowLoss);
        // Without semi-sync nothing was promised, and what died with a server is like what died with the primary.
        return gone.Length > 0 && durability.IsKept ? new(gone, AllowLoss) : null;
    }

    // A former choice knew where everything acknowledged was: whoever has all of that loses nothing, whoever died
    // since.
    private Durability DurabilityOf(CandidateChoice choice)
    {
        if (Former(Recovery).FirstOrDefault(c => KnewAll(c) && choice.Position.Contains(c.Position)) is { } former)
            return new(false, former.PossiblyLost, "all that an earlier choice of this recovery found is within reach");
        var (replicas, byHand) = (Original.ReplicasOf(Old.Key), StoppedByHand);
        var reachable = replicas.Where(r => r.IsSeen && !Unusable.Contains(r.Key) && !byHand.Contains(r.Key));
        return Durability.Of(Original, Old, reachable.Select(r => r.Key).ToHashSet(), choice.Position, byHand);
    }

    // A receiver that a person stopped has given no acknowledgement since: the replica that gave the last ones in its
    // place may be one that nobody sees as a replica any more.
    private IReadOnlySet<InstanceKey> StoppedByHand => Original.ReplicasOf(Old.Key).Where(r => r.IsSeen)
        .Where(r => !ThreadsAsTheyWere.WasReceiving(Recovery, Original, r.Key, Original.LinkBetween(r, Old.Key)))
        .Select(r => r.Key).ToHashSet();

    private static bool KnewAll(CandidateChoice former) =>
        former.PossiblyLost.Length == 0 || former.Checked.Length > 0;

    // What could not be made to stand still may have more by now; what it was seen to have is known. Where
    // acknowledgements guarantee the rest, nobody was promised it.
    private string PassedOver(CandidateChoice choice)
    {
        Instance[] seen = [.. Original.ReplicasOf(Old.Key).Where(r => r.IsSeen).Select(r => r.Current!)];
        var more = seen.Where(i => Unusable.Contains(i.Key) && i.AllReceived.GetType() == choice.Position.GetType())
            .Select(i => (i.Key, Has: Honest(i, seen).Except(choice.Position)))
            .Where(m => !m.Has.IsEmpty).Select(m => $"{m.Has} was received by {m.Key}, whose receiver did not stop");
        return string.Join("; ", more);
    }

    private GtidPosition Honest(Instance replica, Instance[] seen)
    {
        var errant = ErrantTransactions.In(replica, Old.LastKnown, [.. seen.Where(i => i.Key != replica.Key)]);
        var all = ClusterDomains.Of(Original, Old).ReachableBy(replica);
        return errant.GetType() == all.GetType() ? all.Except(errant) : all;
    }

    private string GoneWithFormerCandidates(CandidateChoice choice)
    {
        var gone = Former(Recovery).Select(c => (c.Candidate, c.Position)).Concat(OfEarlierRecoveries)
            .Where(c => c.Position.GetType() == choice.Position.GetType() && !choice.Position.Contains(c.Position))
            .Select(c => (Missing: c.Position.Except(choice.Position), c.Candidate))
            .Select(c => $"{c.Missing} was within reach of {c.Candidate} and is nowhere to be found now");
        return string.Join("; ", gone.Distinct());
    }

    // Two servers accepted writes, and one of them restarted read-only: the other one is the primary now, and has not
    // what clients were told by the first, which its replicas may hold.
    public string WrittenElsewhere(CandidateChoice choice)
    {
        var restarted = Original.Roots.Where(r => r.Key != Old.Key && !r.IsFormerPrimary)
            .Where(r => Original.HasReplicas(r.Key) && Original.WasClosedByRestart(r))
            .Select(r => Missing(r, choice, "was a writer too until it restarted read-only"));
        var interrupted = Original.Roots.Where(r => r.IsSeen && r.Key != Old.Key && WasReplacedByHalf(r.Key))
            .Select(r => Missing(r, choice, "was the writer when the recovery that replaced it was cut short"));
        var closed = Original.Roots.Where(r => r.IsSeen && r.Key != Old.Key && !r.IsFormerPrimary)
            .Where(r => Original.Ledger.Has<LedgerEntry.Closed>(r.Key))
            .Select(r => Missing(r, choice, "was the writer until a recovery closed it"));
        IEnumerable<string> all = [.. restarted, .. interrupted, .. closed, .. Aside(choice)];
        return string.Join("; ", all.Where(s => s.Length > 0));
    }

    // One that follows the dead primary no more has what it received from it all the same, and a former primary what
    // it gave it before (S5).
    private IEnumerable<string> Aside(CandidateChoice choice)
    {
        if (Old.LastKnown is not { } old) return [];
        var below = Original.DescendantsOf(Old.Key);
        return Original.Members.Where(m => m.IsSeen && m.Key != Old.Key && !below.Contains(m.Key))
            .Select(m => (m.Key, Has: KnownLoss.SharedWith(old, m.LastKnown!.Gtid.Executed)))
            .Where(m => m.Has.GetType() == choice.Position.GetType() && !choice.Position.Contains(m.Has))
            .Select(m => $"{m.Has.Except(choice.Position)} is on {m.Key}, and {old.Key} had it too");
    }

    // The dead one may never have been opened, and the primary before it may have gone on meanwhile.
    private bool WasReplacedByHalf(InstanceKey key) => Original.Ledger.Entries.OfType<LedgerEntry.MaybeOpen>()
        .Any(open => open.Key == Old.Key && open.Recovery != Recovery.Id
            && Original.Ledger.Of(key).OfType<LedgerEntry.FormerPrimary>().Any(f => f.Recovery == open.Recovery));

    private static string Missing(Member writer, CandidateChoice choice, string what)
    {
        if (writer.LastKnown?.Gtid.Executed is not { } executed) return "";
        if (executed.GetType() != choice.Position.GetType()) return "";
        var missing = Unlisted(executed.Except(choice.Position), executed.Beyond(choice.Position), writer.LastKnown);
        return missing.IsEmpty ? "" : $"{missing} is on {writer.Key}, which {what}";
    }

    // A MariaDB server that was rebuilt does not list those that wrote before: what others wrote below its position is
    // history. What the writer wrote itself may be a history of its own.
    private static GtidPosition Unlisted(GtidPosition missing, GtidPosition beyond, Instance writer) =>
        missing is MariaDbGtidSet set && beyond is MariaDbGtidSet above
            ? MariaDbGtidSet.Of(set.Entries.Where(e => e.Server == writer.ServerId || above.Entries.Contains(e)))
            : missing;

    // A recovery that ended without a writer left what the next one must have.
    private IEnumerable<(InstanceKey Candidate, GtidPosition Position)> OfEarlierRecoveries =>
        Owed.Targets(Original.Ledger).Where(t => t.Recovery != Recovery.Id).Select(t => (t.Key, t.Position));

    private static IEnumerable<CandidateChoice> Former(Recovery recovery) =>
        recovery.Stages.Select(s => s.Stage.Choice).OfType<CandidateChoice>();
}
