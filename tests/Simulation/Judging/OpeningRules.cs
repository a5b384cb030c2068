using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>What must be true at the moment a server is opened by a recovery: S1, S4 to S9, S11, S20.</summary>
internal sealed class OpeningRules(World world, Judge judge)
{
    /// <summary>A look younger than a second, and the time it took.</summary>
    private const double Knowable = 2.2;

    /// <summary>The look before the stage that opens another one, and that stage on a slow network.</summary>
    private const double Tellable = 3.5;

    /// <summary>A question to a dead primary that is younger than a second, and the way of the statement.</summary>
    private const double Askable = 1.5;

    public void Opened(ModelServer server, Statement.Open open)
    {
        var trace = judge.TraceOf(open.By);
        if (trace.Newest is not { } recovery) return;
        Beside(server, open.From);
        if (server.Key == recovery.Subject) return;
        Losses(server, trace, recovery, open.From);
        RelayLog(server, trace);
        Forbidden(server, trace);
        if (recovery.Kind == PlanKinds.DeadPrimary)
        {
            Alive(server, recovery, open.From);
            if (trace.FencedAt < 0) judge.Report("S9", $"{server.Name} is opened, and {recovery.Subject.Host} was sent no fence");
        }
        if (recovery.Kind == PlanKinds.Takeover) TakeoverPoint(server, recovery);
    }

    // S1: another server that follows nobody accepted writes long enough to be seen by the process that opens this one.
    private void Beside(ModelServer server, int from)
    {
        foreach (var other in world.Servers.Where(s => s != server && s.AcceptsWrites && s.Replica.Source is null))
            if (Since(other) < world.Now - Ticks.Of(Knowable) && judge.CouldBeSeen(other, from, Knowable))
                judge.Report("S1", $"{server.Name} is opened while {other.Name} has accepted writes for {Seconds(world.Now - Since(other))} s in plain sight");
    }

    // While it followed somebody it was an open replica, and no writer of its own.
    private static long Since(ModelServer writer) => Math.Max(writer.OpenSince, writer.Replica.AloneSince);

    // S4, S5 and S20: what clients were told is there, or the record names that it is not. What the old primary
    // acknowledged alone a moment ago, while its successor was being opened, the end of the record names.
    private void Losses(ModelServer server, RecoveryTrace trace, Recovery recovery, int from)
    {
        var lost = world.Transactions.Where(t => t is { IsAcknowledged: true, IsLostByHand: false } && !server.Executed.Has(t) && !server.Logged.Has(t) && !IsOfReturned(t, recovery)).ToArray();
        if (lost.Length == 0) return;
        var says = recovery.Choice?.PossiblyLost ?? "";
        var what = $"{server.Name} is opened without {lost.Length} acknowledged transactions ({lost[0]}…)";
        if (lost.Any(t => t.IsByRule) && says.Length == 0) judge.Report("S4", $"{what}, some of them acknowledged by replicas; the record names none");
        else if (lost.Any(t => t.IsByRule) && !recovery.Policy.AllowPossibleLoss && !says.Contains("asynchronous", StringComparison.Ordinal))
            judge.Report("S4", $"{what}, though loss is not allowed: {says}");
        else if (says.Length == 0 && !lost.All(IsNews)) judge.Report("S20", $"{what}, and the record names no possible loss");
        else if (says.Length == 0) trace.Unnamed = what;
        else if (NamedLosses.Unnamed(lost, recovery, says) is { } unnamed)
            judge.Report("S20", $"{what}, an earlier choice knew of {unnamed}, and the record does not name it: {says}");
        var holder = world.Servers.FirstOrDefault(s => s != server && s.Key != recovery.Subject && IsEligible(s)
            && judge.CouldBeSeen(s, from, 5) && lost.Any(t => IsKnowable(t) && HasHeldLong(s, t)));
        if (holder is not null && !recovery.Policy.AllowPossibleLoss)
            judge.Report("S5", $"{what}, and {holder.Name}, in plain sight, has them");
        // They have been judged; what a later opening lacks of them is no news.
        foreach (var one in lost) one.AcknowledgedAt = -1;
    }

    private bool IsNews(Transaction one) => one.AcknowledgedAt > world.Now - Ticks.Of(Tellable);

    // The old primary is back for less time than a look and the way of the statement take, or where nobody has found it
    // yet, and wrote that since.
    private bool IsOfReturned(Transaction one, Recovery recovery)
    {
        var (old, since) = (world.ServerOf(recovery.Subject), world.Now - Ticks.Of(Askable));
        if (one.Origin != old.Index) return IsOfFormer(one, old);
        return old.IsRunning && (old.RunningSince > since || !Judge.IsFound(old, since)) && one.WrittenAt >= old.RunningSince;
    }

    // A primary of earlier days came back and acknowledged it beside the one that is replaced now, which never had it.
    private bool IsOfFormer(Transaction one, ModelServer old) =>
        !old.Logged.Has(one) && world.Store.Ledger.IsFormerPrimary(world.Servers[one.Origin].Key);

    // It may have reached the holder since the last look at it.
    private bool HasHeldLong(ModelServer server, Transaction one) => Holds(server, one)
        && (!server.Replica.ArrivedAt.TryGetValue(one, out var at) || at < world.Now - Ticks.Of(Knowable));

    // The old primary may be back, and have written to a replica, since the last look at them.
    private bool IsKnowable(Transaction one) => one.AcknowledgedAt < world.Now - Ticks.Of(Knowable);

    // S6: nothing that was received is left unapplied or thrown away by this recovery. What is written to a frozen primary
    // that somebody opens by hand counts for nobody (Judge.Acknowledged).
    private void RelayLog(ModelServer server, RecoveryTrace trace)
    {
        var left = server.Replica.Unapplied.Where(t => !server.Executed.Has(t) && !server.Logged.Has(t)).ToArray();
        if (left.Length > 0) judge.Report("S6", $"{server.Name} is opened with {left.Length} transactions in its relay log ({left[0]}…)");
        var gone = server.Replica.ThrownAway.Where(t => t.At >= trace.BeganAt && !server.Logged.Has(t.Transaction) && !IsAfterOpeningByHand(t.Transaction)).ToArray();
        if (gone.Length > 0) judge.Report("S6", $"{server.Name} is opened, and {gone.Length} transactions of its relay log were thrown away ({gone[0].Transaction}…)");
    }

    private bool IsAfterOpeningByHand(Transaction one) => judge.ByHandAt >= 0 && one.WrittenAt >= judge.ByHandAt;

    // S7: what was declared or written long before is honoured. An errant transaction may not be spread: one that all
    // others have by now is not, be it in the relay log of a delayed replica. Somebody may write to the successor of a switch while its siblings follow it, and when
    // that is rolled back they keep it. The dead primary that lacks it is not asked: it gets nothing of its successor
    // until an operator moves it there.
    private void Forbidden(ModelServer server, RecoveryTrace trace)
    {
        var old = trace.Newest is { } recovery ? world.ServerOf(recovery.Subject) : null;
        var gone = trace.Newest is { Kind.SubjectIsDead: true } ? old : null;
        var errant = world.Transactions.Find(t => t.IsErrant && t.Origin == server.Index && t.WrittenAt < trace.BeganAt - Ticks.Of(3));
        // What the primary has too is part of its history by now: somebody wrote it to the server that it fetched from.
        if (errant is not null && old is not null && Holds(old, errant)) errant = null;
        if (errant is not null && world.Servers.Any(s => s != server && s != gone && s.IsRunning && !Holds(s, errant) && IsSibling(s, gone)))
            judge.Report("S7", $"{server.Name} is opened and has the errant transaction {errant}");
        if (world.Store.RuleOf(server) == PromotionRule.MustNot)
            judge.Report("S7", $"{server.Name} is opened and its promotion rule is must_not");
        if (server.Shape.DelaySeconds > 0) judge.Report("S7", $"{server.Name} is opened and is delayed on purpose");
        if (!server.Shape.LogsReplicaUpdates) judge.Report("S7", $"{server.Name} is opened and logs no replica updates");
        if (server.Admission.OfflineSince < trace.BeganAt - Ticks.Of(3))
            judge.Report("S7", $"{server.Name} is opened and lets nobody in: it is in offline mode");
    }

    /// <summary>S7: nobody is chosen of whom it is known that our account cannot make it a primary.</summary>
    public void Chosen(CandidateChoice choice)
    {
        if (world.ServerOf(choice.Candidate) is { Admission: { TellsRights: true, Missing.All.Length: > 0 } admission } poor)
            judge.Report("S7", $"{poor.Name} is chosen, and it tells that our account lacks {admission.Missing.All} there");
    }

    // Those that got from the dead primary vouch for each other; one that was elsewhere does not speak against them.
    private static bool IsSibling(ModelServer server, ModelServer? gone) =>
        gone is null || server.Replica.Source is null || server.Replica.Source == gone;

    // S8: the primary was there to be seen.
    private void Alive(ModelServer server, Recovery recovery, int from)
    {
        var old = world.ServerOf(recovery.Subject);
        if (judge.CouldBeSeen(old, from, Askable) && !IsToldAgain(recovery))
            judge.Report("S8", $"{server.Name} is opened while {old.Name} has answered for {Askable} s");
    }

    // S11: the successor has what the frozen primary has, be it that an event wrote it which read_only does not stop.
    private void TakeoverPoint(ModelServer server, Recovery recovery)
    {
        var old = world.ServerOf(recovery.Subject);
        bool Counts(Transaction t) => t.IsAcknowledged || (t.IsOfEvent && t.Origin == old.Index && old.IsRunning);
        var missing = old.BinaryLog.Find(t => Counts(t) && !server.Logged.Has(t) && !IsOfReturned(t, recovery));
        if (missing is not null) judge.Report("S11", $"{server.Name} is opened without {missing}, which {old.Name} had");
    }

    // One that was told to open before goes on, with the old primary closed first.
    private static bool IsToldAgain(Recovery recovery) => recovery.Times("promote") > 1 || recovery.Last("withdraw") is not null;

    private static bool Holds(ModelServer server, Transaction one) => server.Logged.Has(one) || server.Replica.Unapplied.Contains(one);

    private bool IsEligible(ModelServer server) =>
        server.Shape is { LogsReplicaUpdates: true, DelaySeconds: 0 } && server.Admission.IsWhole && !server.IsDiskFull && !server.Replica.IsApplierStuck
        && !world.Transactions.Exists(t => t.IsErrant && t.Origin == server.Index)
        // What a server holds that does not tell whom it follows is not known: it may still receive. So may one that could
        // not be told to stop.
        && server.Admission.GrantedAt < world.Now - Ticks.Of(Knowable)
        && server.TellsLinksSince < world.Now - Ticks.Of(Tellable);

    private static string Seconds(long ticks) =>
        (ticks / (double)Ticks.Second).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
