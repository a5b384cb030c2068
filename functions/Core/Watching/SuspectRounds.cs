using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// The part of the machine that looks at a suspect and its replicas again and again, at growing pauses, until the
/// suspect gives a sign of life, has no replicas any more, or was judged for good.
/// </summary>
internal static class SuspectRounds
{
    private const double PauseGrows = 1.5;

    /// <summary>A server that lives and is not away needs no longer to answer one look.</summary>
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(200);

    /// <summary>Left for the look that confirms a silence: the shortest one, and what comes between.</summary>
    private static readonly TimeSpan LastLook = ShortestLook + TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Timers go by a clock that moves every 4 to 10 ms (CLOCK_MONOTONIC_COARSE), and ring so much early: a look that
    /// ends a moment before the silence is confirmed would be followed by another one.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Whether it is suspected from now on; false when it is already.</summary>
    public static bool Begin(WatchStep step, InstanceKey key, string because, SuspicionCause cause)
    {
        if (step.State.Suspects.ContainsKey(key)) return false;
        step.Say(new WatchCommand.SaySuspected(key, because));
        Round(step, key, new Suspicion(step.NextNumber(), cause, step.Policy.SuspectPause));
        return true;
    }

    public static void Looked(WatchStep step, Member member, LookReason reason)
    {
        var key = reason.Suspect!;
        if (Of(step, key, reason.Number) is not { } suspicion) return;
        if (member.Key == key) suspicion = suspicion with { IsDead = member.Outcome.IsEvidenceOfDeath };
        Answered(step, key, suspicion, member.Key);
    }

    /// <summary>A round was judged.</summary>
    public static void Judged(WatchStep step, InstanceKey key, Judgement judgement)
    {
        if (!step.State.Suspects.TryGetValue(key, out var suspicion) || !suspicion.Awaited.IsEmpty) return;
        if (judgement == Judgement.Final)
        {
            End(step, key, suspicion);
            return;
        }
        step.WakeAfter(suspicion.Pause, new WatchAlarm(AlarmKind.Round, key, suspicion.Number));
        var most = step.Now.MayAct ? step.Policy.SuspectPauseMost : step.Policy.ObserverPauseMost;
        if (suspicion.Pause < most) Put(step, key, suspicion with { Pause = suspicion.Pause * PauseGrows });
    }

    public static void Woken(WatchStep step, WatchAlarm alarm)
    {
        if (Of(step, alarm.Key!, alarm.Number) is not { } suspicion) return;
        if (step.Picture.HasReplicas(alarm.Key!)) Round(step, alarm.Key!, suspicion);
        else End(step, alarm.Key!, suspicion);
    }

    /// <summary>It is no member any more: it is neither suspected nor waited for.</summary>
    public static void Forget(WatchStep step, InstanceKey gone)
    {
        step.State = step.State with { Suspects = step.State.Suspects.Remove(gone) };
        foreach (var (key, suspicion) in step.State.Suspects.OrderBy(s => s.Key))
            if (suspicion.Awaited.Contains(gone)) Answered(step, key, suspicion, gone);
    }

    private static void Round(WatchStep step, InstanceKey key, Suspicion suspicion)
    {
        suspicion = ReadAhead(step, key, suspicion);
        InstanceKey[] all = [.. step.Picture.ReplicasOf(key), key];
        Put(step, key, suspicion with { Awaited = [.. all] });
        var reason = new LookReason(LookKind.Suspicion, suspicion.Number, key);
        foreach (var one in all)
            step.Look(one, one == key ? PatienceWith(step, key, suspicion) : step.Policy.SuspectTimeout, reason);
    }

    // A server that refuses, or broke off, may be found dead by this round; a silent one by the round in which its
    // silence is confirmed. What is read sooner is too old by then.
    private static Suspicion ReadAhead(WatchStep step, InstanceKey key, Suspicion suspicion)
    {
        var isSilent = step.Picture[key]?.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut };
        var isTooSoon = isSilent && SilenceLeft(step, key) > step.Policy.SuspectTimeout;
        if (suspicion.IsReadAhead || isTooSoon) return suspicion;
        step.Say(new WatchCommand.ReadAhead());
        return suspicion with { IsReadAhead = true };
    }

    // The look that confirms the silence ends when it is confirmed, not half a second later; the one before it leaves
    // as much time as the shortest look takes. Of the last round only the replicas are waited for after that, and they
    // answer at once. One that stays silent without being judged may live behind a slow network, and no session to it
    // is left: it is given as long as any server.
    private static TimeSpan PatienceWith(WatchStep step, InstanceKey key, Suspicion suspicion)
    {
        var (left, most) = (SilenceLeft(step, key), step.Policy.SuspectTimeout);
        if (step.Picture[key] is { Outcome.IsDefinite: true }) return most;
        var isOld = left <= TimeSpan.Zero && suspicion.Pause >= step.Policy.SuspectPauseMost;
        if (isOld) return step.Policy.ProbeTimeout;
        var patience = left > most ? Least(most, left - suspicion.Pause - LastLook) : left;
        return patience > ShortestLook ? patience : ShortestLook;
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan SilenceLeft(WatchStep step, InstanceKey key) =>
        step.Policy.Detection.SilenceConfirmation - step.Picture.FailingFor(key, step.Now.Awake) + Tick;

    private static void Answered(WatchStep step, InstanceKey key, Suspicion suspicion, InstanceKey answered)
    {
        suspicion = suspicion with { Awaited = suspicion.Awaited.Remove(answered) };
        Put(step, key, suspicion);
        if (!suspicion.Awaited.IsEmpty) return;
        if (suspicion.IsDead)
        {
            JudgementTurns.AskNow(step, key);
            return;
        }
        step.Say(new WatchCommand.SayCleared(key));
        End(step, key, suspicion);
        // What was found and told to others is taken back at once.
        JudgementTurns.AskNow(step, null);
    }

    private static void End(WatchStep step, InstanceKey key, Suspicion suspicion)
    {
        step.State = step.State with { Suspects = step.State.Suspects.Remove(key) };
        MemberTurns.GoOn(step, key, suspicion.Cause);
    }

    private static Suspicion? Of(WatchStep step, InstanceKey key, int number) =>
        step.State.Suspects.TryGetValue(key, out var suspicion) && suspicion.Number == number ? suspicion : null;

    private static void Put(WatchStep step, InstanceKey key, Suspicion suspicion) =>
        step.State = step.State with { Suspects = step.State.Suspects.SetItem(key, suspicion) };
}
