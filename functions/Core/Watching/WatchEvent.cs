using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>Something that a watch hears of.</summary>
public abstract record WatchEvent
{
    private WatchEvent() { }

    /// <summary>A time that was asked for is reached.</summary>
    public sealed record TimeReached(WatchAlarm Alarm) : WatchEvent;

    /// <summary>A probe that was asked for has ended.</summary>
    public sealed record Probed(WatchCommand.Probe Asked, ProbeOutcome Outcome) : WatchEvent;

    /// <summary>A session that was held broke, or could not be opened.</summary>
    public sealed record SessionEnded(WatchCommand.HoldSession Asked, string Because) : WatchEvent;

    /// <summary>The session for steps was seen to.</summary>
    public sealed record SessionWarmed(WatchCommand.WarmSession Asked) : WatchEvent;

    /// <summary>The judgement that was asked for was made.</summary>
    public sealed record Judged(Judgement Judgement) : WatchEvent;

    /// <summary>What was asked for could not be done at all.</summary>
    public sealed record NotDone(WatchCommand Asked, string Says) : WatchEvent;

    /// <summary>Somebody else of this process has looked at a server.</summary>
    /// <param name="BegunAwake">The awake clock when that look began; null when that is not known.</param>
    public sealed record Sighted(InstanceKey Key, ProbeOutcome Outcome, TimeSpan? BegunAwake) : WatchEvent;

    /// <summary>A member was found on the way.</summary>
    public sealed record Found(Member Member) : WatchEvent;

    /// <summary>The ledger was stored or read.</summary>
    public sealed record Kept(Ledger Ledger) : WatchEvent;

    /// <summary>
    /// The store was read: what operators and other processes declared, and all members that are stored.
    /// </summary>
    public sealed record Declared(string Alias, Downtime? Downtime, Ledger Ledger, ImmutableArray<Member> Members)
        : WatchEvent;
}

/// <summary>What came of judging a cluster once.</summary>
public enum Judgement
{
    /// <summary>Nothing that asks for a recovery.</summary>
    Nothing,
    /// <summary>A recovery was asked for, or refused for good for now: no closer look is needed.</summary>
    Final,
}
