using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>The part of the machine that probes one member again and again and keeps sessions to it.</summary>
internal static class MemberTurns
{
    /// <summary>A session that ends sooner was refused, or lost at once.</summary>
    private static readonly TimeSpan ShortHold = TimeSpan.FromSeconds(5);

    public static void Begin(WatchStep step, InstanceKey key)
    {
        var watched = new MemberWatch(step.NextNumber()) { HoldAt = step.Now.Running, WarmAt = step.Now.Running };
        step.Put(key, watched);
        step.WakeAfter(step.FirstPause(key), AlarmOf(key, watched));
    }

    public static void Woken(WatchStep step, WatchAlarm alarm)
    {
        if (Of(step, alarm.Key!, alarm.Number) is null) return;
        // One that is forgotten is not probed; the next tick lets it go, unless it is found again before.
        if (step.Picture[alarm.Key!] is null) step.WakeAfter(step.Policy.Interval, alarm);
        else step.Look(alarm.Key!, step.Policy.ProbeTimeout, new LookReason(LookKind.Turn, alarm.Number));
    }

    /// <summary>
    /// Whether a look counts for nothing and is taken again: a process that has just started may be too busy to hear
    /// the first answer in time.
    /// </summary>
    public static bool IsTakenAgain(WatchStep step, WatchCommand.Probe asked, ProbeOutcome outcome)
    {
        if (asked.Reason.Kind != LookKind.Turn || Of(step, asked.Key, asked.Reason.Number) is not { IsNew: true })
            return false;
        if (outcome is not ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut }) return false;
        step.Look(asked.Key, step.Policy.ProbeTimeout, asked.Reason with { Kind = LookKind.FirstAgain });
        return true;
    }

    public static void Looked(WatchStep step, Member member, int number)
    {
        if (Of(step, member.Key, number) is not { } watched) return;
        var isNew = watched.IsNew;
        watched = watched with { IsNew = false, Failures = member.IsSeen ? 0 : watched.Failures + 1 };
        if (member.Current is { } seen) watched = Seen(step, member.Key, watched, seen);
        // Who it is, and where the one is that was there, is found out by a walk.
        if (member.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.AnotherServer })
            step.Say(new WatchCommand.Mention(member.Key));
        step.Put(member.Key, watched);
        var isSuspected = IsCause(step, member)
            && SuspectRounds.Begin(step, member.Key, Because(member), SuspicionCause.Probe);
        if (member is { IsFormerPrimary: true, IsSeen: true }) JudgementTurns.AskNow(step, null);
        // The last of the first looks completes the picture: what is wrong then waits for no tick.
        else if (isNew && !isSuspected) JudgementTurns.Ask(step);
        if (!isSuspected) Wait(step, member, watched);
    }

    public static void SessionEnded(WatchStep step, WatchCommand.HoldSession asked, string because)
    {
        if (Of(step, asked.Key, asked.Number) is not { } watched) return;
        var isShort = step.Now.Running - watched.HeldSince < ShortHold;
        watched = watched with { IsHeld = false, ShortHolds = isShort ? watched.ShortHolds + 1 : 0 };
        step.Put(asked.Key, watched with { HoldAt = HoldAgainAt(step, watched) });
        var isCause = step.Picture[asked.Key] is { IsSeen: true, IsFormerPrimary: false };
        if (isCause && step.Picture.HasReplicas(asked.Key))
            SuspectRounds.Begin(step, asked.Key, because, SuspicionCause.Session);
    }

    public static void SessionWarmed(WatchStep step, WatchCommand.WarmSession asked)
    {
        if (Of(step, asked.Key, asked.Number) is not { } watched) return;
        step.Put(asked.Key, watched with { IsWarming = false, WarmAt = step.Now.Running + step.Policy.WarmInterval });
    }

    /// <summary>A suspicion is over: what waited for it goes on.</summary>
    public static void GoOn(WatchStep step, InstanceKey key, SuspicionCause cause)
    {
        if (!step.State.Watched.TryGetValue(key, out var watched)) return;
        if (cause == SuspicionCause.Session) step.Put(key, watched with { HoldAt = HoldAgainAt(step, watched) });
        else if (step.Picture[key] is { } member) Wait(step, member, watched);
    }

    private static MemberWatch Seen(WatchStep step, InstanceKey key, MemberWatch watched, Instance seen)
    {
        foreach (var unknown in step.Picture.MentionedBy(seen)) step.Say(new WatchCommand.Mention(unknown));
        if (MayHold(step, key, watched) && step.Picture.HasReplicas(key))
        {
            step.Say(new WatchCommand.HoldSession(key, watched.Number));
            watched = watched with { IsHeld = true, HeldSince = step.Now.Running };
        }
        if (watched.IsWarming || step.Now.Running < watched.WarmAt) return watched;
        step.Say(new WatchCommand.WarmSession(key, watched.Number));
        return watched with { IsWarming = true };
    }

    private static bool MayHold(WatchStep step, InstanceKey key, MemberWatch watched) =>
        !watched.IsHeld && step.Now.Running >= watched.HoldAt && !step.State.Suspects.ContainsKey(key);

    private static bool IsCause(WatchStep step, Member member) =>
        member.Outcome.IsEvidenceOfDeath && !member.IsFormerPrimary && step.Picture.HasReplicas(member.Key);

    private static void Wait(WatchStep step, Member member, MemberWatch watched) =>
        step.WakeAfter(Pause(step.Policy, member, watched.Failures), AlarmOf(member.Key, watched));

    // A dead server is asked more and more rarely; a former primary may come back writable and is looked for often.
    private static TimeSpan Pause(WatchPolicy policy, Member member, int failures)
    {
        if (failures == 0) return policy.Interval;
        if (member is { IsFormerPrimary: true, Outcome.IsDefinite: true }) return policy.FormerPrimaryInterval;
        var backedOff = policy.Interval * Math.Pow(1.5, Math.Min(failures - 1, 20));
        var most = member.IsFormerPrimary ? policy.Interval * 2 : policy.DeadIntervalMost;
        return backedOff < most ? backedOff : most;
    }

    // A server that is full refuses each new session, and each refusal is a suspicion: it is asked more rarely then.
    private static TimeSpan HoldAgainAt(WatchStep step, MemberWatch watched)
    {
        var pause = step.Policy.Interval * Math.Pow(1.5, Math.Clamp(watched.ShortHolds - 1, 0, 20));
        var most = step.Policy.DeadIntervalMost;
        return step.Now.Running + (pause < most ? pause : most);
    }

    private static MemberWatch? Of(WatchStep step, InstanceKey key, int number) =>
        step.State.Watched.TryGetValue(key, out var watched) && watched.Number == number ? watched : null;

    private static WatchAlarm AlarmOf(InstanceKey key, MemberWatch watched) =>
        new(AlarmKind.Probe, key, watched.Number);

    private static string Because(Member member) => member.Outcome is ProbeOutcome.Failed failed ? failed.Says : "";
}
