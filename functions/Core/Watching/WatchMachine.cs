using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// The watch of one cluster without its waiting: <c>(state, event, now) → (state, commands)</c>. Every member is probed
/// in turn; a source that may be dead is looked at again and again together with its replicas; whatever gives cause is
/// judged at once, and everything once in a while. A crash drops the state, and the next watch begins with what is
/// stored.
/// </summary>
public static class WatchMachine
{
    /// <summary>A cluster that is known and not watched yet.</summary>
    public static WatchRun Of(ClusterPicture picture, SavedSightings saved) =>
        new() { Picture = picture, Saved = saved };

    /// <summary>Begins to watch.</summary>
    /// <param name="chance">Spreads the first probes.</param>
    public static WatchTurn Begin(WatchRun state, WatchPolicy policy, ulong chance, WatchMoment now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(policy);
        var begun = state with { Policy = policy, Chance = chance, TickAt = now.Running };
        var step = new WatchStep(begun, now);
        Tick(step);
        return step.Turn;
    }

    /// <summary>Takes in one event.</summary>
    public static WatchTurn Step(WatchRun state, WatchEvent happened, WatchMoment now)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is WatchEvent.NotDone not) happened = AnswerTo(not.Asked, not.Says);
        var step = new WatchStep(state, now);
        switch (happened)
        {
            case WatchEvent.Probed probed:
                Probed(step, probed.Asked, probed.Outcome);
                break;
            case WatchEvent.TimeReached reached:
                Woken(step, reached.Alarm);
                break;
            case WatchEvent.SessionEnded ended:
                MemberTurns.SessionEnded(step, ended.Asked, ended.Because);
                break;
            case WatchEvent.SessionWarmed warmed:
                MemberTurns.SessionWarmed(step, warmed.Asked);
                break;
            case WatchEvent.Judged judged:
                JudgementTurns.Judged(step, judged.Judgement);
                break;
            default:
                step.State = Known(state, happened, now);
                break;
        }
        return step.Turn;
    }

    // Nothing is known then, and the watch goes on.
    private static WatchEvent AnswerTo(WatchCommand asked, string says) => asked switch
    {
        WatchCommand.Probe probe =>
            new WatchEvent.Probed(probe, new ProbeOutcome.Failed(ProbeFailureKind.OwnError, says)),
        WatchCommand.HoldSession hold => new WatchEvent.SessionEnded(hold, says),
        WatchCommand.WarmSession warm => new WatchEvent.SessionWarmed(warm),
        WatchCommand.Judge => new WatchEvent.Judged(Judgement.Nothing),
        _ => throw new ArgumentOutOfRangeException(nameof(asked), asked, "nothing can fail in it"),
    };

    // What others saw, stored or declared changes the picture; it is judged when there is cause.
    private static WatchRun Known(WatchRun state, WatchEvent happened, WatchMoment now)
    {
        var picture = state.Picture;
        switch (happened)
        {
            case WatchEvent.Sighted sighted:
                return state with { Picture = picture.Observe(sighted.Key, sighted.Outcome, sighted.BegunAwake, now) };
            case WatchEvent.Found found:
                return state with { Picture = picture.Add(found.Member) };
            case WatchEvent.Kept kept:
                return state with { Picture = picture.Keep(kept.Ledger, now.Awake) };
            case WatchEvent.Declared declared:
                return Declared(state, declared, now);
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened, "no such event");
        }
    }

    // Only what was stored can be gone: a member that was just found may not be stored yet.
    private static WatchRun Declared(WatchRun state, WatchEvent.Declared declared, WatchMoment now)
    {
        var stored = declared.Members.Select(m => m.Key).ToHashSet();
        InstanceKey[] gone = [.. state.Picture.Members.Keys.Where(k => state.Saved.Has(k) && !stored.Contains(k))];
        var picture = state.Picture.Declare(
            declared.Alias, declared.Downtime, declared.Ledger, declared.Members, gone, now.Awake);
        return state with { Picture = picture, Saved = gone.Length == 0 ? state.Saved : state.Saved.Without(gone) };
    }

    private static void Probed(WatchStep step, WatchCommand.Probe asked, ProbeOutcome outcome)
    {
        if (MemberTurns.IsTakenAgain(step, asked, outcome)) return;
        var member = step.Observe(asked.Key, outcome, asked.BegunAwake);
        switch (asked.Reason.Kind)
        {
            case LookKind.Suspicion:
                SuspectRounds.Looked(step, member, asked.Reason);
                break;
            case LookKind.Judgement:
                JudgementTurns.Looked(step, member.Key);
                break;
            default:
                MemberTurns.Looked(step, member, asked.Reason.Number);
                break;
        }
    }

    private static void Woken(WatchStep step, WatchAlarm alarm)
    {
        if (alarm.Kind == AlarmKind.Tick) Tick(step);
        else if (alarm.Kind == AlarmKind.Probe) MemberTurns.Woken(step, alarm);
        else SuspectRounds.Woken(step, alarm);
    }

    private static void Tick(WatchStep step)
    {
        if (step.State.Keys != step.Picture.Keys) TakeUpMembers(step);
        JudgementTurns.Ask(step);
        var next = step.State.TickAt + step.Policy.Interval;
        // What was missed while the process stood still is not made up for.
        if (next <= step.Now.Running) next = step.Now.Running + step.Policy.Interval;
        step.State = step.State with { TickAt = next };
        step.Say(new WatchCommand.WakeAt(next, new WatchAlarm(AlarmKind.Tick)));
    }

    private static void TakeUpMembers(WatchStep step)
    {
        var (before, now) = (step.State.Keys, step.Picture.Keys);
        step.State = step.State with { Keys = now };
        foreach (var key in before.Except(now)) Forget(step, key);
        foreach (var key in now.Except(before)) MemberTurns.Begin(step, key);
    }

    // One that is found again is watched anew.
    private static void Forget(WatchStep step, InstanceKey key)
    {
        step.State = step.State with { Watched = step.State.Watched.Remove(key) };
        step.Say(new WatchCommand.LetGo(key));
        SuspectRounds.Forget(step, key);
        JudgementTurns.Looked(step, key);
    }
}
