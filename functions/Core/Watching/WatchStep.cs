using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>One event while it is taken in: the state so far, and the commands said so far.</summary>
internal sealed class WatchStep(WatchRun state, WatchMoment now)
{
    private static readonly TimeSpan FirstProbeWithin = TimeSpan.FromSeconds(5);

    private ImmutableArray<WatchCommand> commands = [];

    public WatchRun State { get; set; } = state;
    public WatchMoment Now => now;
    public WatchPolicy Policy => State.Policy;
    public ClusterPicture Picture => State.Picture;
    public WatchTurn Turn => new(State, commands);

    public void Say(WatchCommand command) => commands = commands.Add(command);

    public void WakeAfter(TimeSpan pause, WatchAlarm alarm) => Say(new WatchCommand.WakeAt(now.Running + pause, alarm));

    public void Look(InstanceKey key, TimeSpan timeout, LookReason reason) =>
        Say(new WatchCommand.Probe(key, timeout, reason, now.Awake));

    /// <summary>Takes in a look; the member as it is known then, or as it was seen when it is none.</summary>
    public Member Observe(InstanceKey key, ProbeOutcome outcome, TimeSpan begunAwake)
    {
        State = State with { Picture = Picture.Observe(key, outcome, begunAwake, now) };
        return Picture[key] ?? new Member { Key = key, Outcome = outcome };
    }

    public int NextNumber()
    {
        State = State with { Numbers = State.Numbers + 1 };
        return State.Numbers;
    }

    public void Put(InstanceKey key, MemberWatch watched)
    {
        var all = State.Watched.SetItem(key, watched);
        if (!ReferenceEquals(all, State.Watched)) State = State with { Watched = all };
    }

    /// <summary>
    /// When the first probe of a member is due: soon, for health's sake, and spread, so that a large fleet is not asked
    /// all at once.
    /// </summary>
    public TimeSpan FirstPause(InstanceKey key)
    {
        var within = Policy.Interval * 0.2 < FirstProbeWithin ? Policy.Interval * 0.2 : FirstProbeWithin;
        var mixed = (StableHash.Of(key.ToString()) ^ State.Chance) * 0x9E3779B97F4A7C15UL;
        return within * ((mixed >> 11) / (double)(1UL << 53));
    }
}
