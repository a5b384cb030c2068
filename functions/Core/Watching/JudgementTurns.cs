using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// The part of the machine that has the cluster judged. One judgement is made at a time, and one that is asked for
/// meanwhile is made after it, once for all who asked.
/// </summary>
internal static class JudgementTurns
{
    /// <summary>Judges when every member was looked at.</summary>
    public static void Ask(WatchStep step)
    {
        if (step.Picture.IsLookedAt) AskNow(step, null);
    }

    /// <summary>
    /// Judges without waiting for the turns of members that nobody has looked at yet: there is cause to, so they are
    /// looked at now. A new member is waited for, because it may be the one replica that hears the primary (S8), and
    /// only for this one probe, because it may be dead.
    /// </summary>
    /// <param name="suspect">Whose round it answers.</param>
    public static void AskNow(WatchStep step, InstanceKey? suspect)
    {
        var (judging, unknown) = (step.State.Judging, step.Picture.NotLookedAt);
        if (!unknown.IsEmpty)
            foreach (var key in unknown.Except(judging.Waits.SelectMany(w => w.Awaited)).Order())
                step.Look(key, step.Policy.ProbeTimeout, new LookReason(LookKind.Judgement, 0));
        Put(step, judging with { Waits = judging.Waits.Add(new JudgementWait(suspect, unknown)) });
        Next(step);
    }

    /// <summary>A member was looked at for a judgement, or cannot be looked at any more.</summary>
    public static void Looked(WatchStep step, InstanceKey key)
    {
        var judging = step.State.Judging;
        if (!judging.Waits.Any(w => w.Awaited.Contains(key))) return;
        ImmutableArray<JudgementWait> waits =
            [.. judging.Waits.Select(w => w with { Awaited = w.Awaited.Remove(key) })];
        Put(step, judging with { Waits = waits });
        Next(step);
    }

    public static void Judged(WatchStep step, Judgement judgement)
    {
        var answered = step.State.Judging.For;
        Put(step, step.State.Judging with { IsUnderWay = false, For = [] });
        foreach (var suspect in answered) SuspectRounds.Judged(step, suspect, judgement);
        Next(step);
    }

    private static void Next(WatchStep step)
    {
        var judging = step.State.Judging;
        if (judging.IsUnderWay || !judging.Waits.Any(IsReady)) return;
        ImmutableArray<InstanceKey> answered =
            [.. judging.Waits.Where(IsReady).Select(w => w.Suspect).OfType<InstanceKey>().Distinct()];
        judging = judging with { Waits = judging.Waits.RemoveAll(IsReady) };
        // A picture with members that nobody has looked at is no ground for a judgement (S16).
        var isLookedAt = step.Picture.IsLookedAt;
        Put(step, isLookedAt ? judging with { IsUnderWay = true, For = answered } : judging);
        if (isLookedAt) step.Say(new WatchCommand.Judge());
        else foreach (var suspect in answered) SuspectRounds.Judged(step, suspect, Judgement.Nothing);
    }

    private static bool IsReady(JudgementWait wait) => wait.Awaited.IsEmpty;

    private static void Put(WatchStep step, JudgementTurn judging) =>
        step.State = step.State with { Judging = judging };
}
