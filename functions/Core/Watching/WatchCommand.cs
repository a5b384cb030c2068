using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>
/// Something that a watch asks for. What takes time is answered by an event; nothing is awaited in between.
/// </summary>
public abstract record WatchCommand
{
    private WatchCommand() { }

    /// <summary>The server it is about; null when it is about none, or about the whole cluster.</summary>
    public InstanceKey? About => this switch
    {
        Probe probe => probe.Key,
        HoldSession hold => hold.Key,
        WarmSession warm => warm.Key,
        WakeAt wake => wake.Alarm.Key,
        _ => null,
    };

    /// <summary>Look at a server.</summary>
    /// <param name="Timeout">Without an answer for so long the look has failed.</param>
    /// <param name="BegunAwake">The awake clock now: silence counts from here.</param>
    public sealed record Probe(InstanceKey Key, TimeSpan Timeout, LookReason Reason, TimeSpan BegunAwake)
        : WatchCommand;

    /// <summary>Hold a session open, to learn of the server's death at once.</summary>
    /// <param name="Number">Of the watch of this member (<see cref="MemberWatch.Number"/>).</param>
    public sealed record HoldSession(InstanceKey Key, int Number) : WatchCommand;

    /// <summary>See to it that the session for steps is open.</summary>
    /// <inheritdoc cref="HoldSession" path="/param"/>
    public sealed record WarmSession(InstanceKey Key, int Number) : WatchCommand;

    /// <summary>It is no member any more: end what is under way for it, without an answer.</summary>
    public sealed record LetGo(InstanceKey Key) : WatchCommand;

    /// <summary>Wake the watch at this instant of the monotonic clock.</summary>
    public sealed record WakeAt(TimeSpan At, WatchAlarm Alarm) : WatchCommand;

    /// <summary>Judge the picture as it is now, and act on it.</summary>
    public sealed record Judge : WatchCommand;

    /// <summary>A server was mentioned that the cluster does not know; nothing follows.</summary>
    public sealed record Mention(InstanceKey Key) : WatchCommand;

    /// <summary>A source is suspected from now on; nothing follows.</summary>
    public sealed record SaySuspected(InstanceKey Key, string Because) : WatchCommand;

    /// <summary>
    /// A verdict may come within this round: what it asks of the store is asked for now; nothing follows.
    /// </summary>
    public sealed record ReadAhead : WatchCommand;

    /// <summary>It is not suspected any longer, because it gave a sign of life; nothing follows.</summary>
    public sealed record SayCleared(InstanceKey Key) : WatchCommand;
}

/// <summary>Why a server is looked at.</summary>
/// <param name="Suspect">The suspect a round of looks is for; null when it is for none.</param>
/// <param name="Number">Of the watch of the member, or of the suspicion.</param>
public readonly record struct LookReason(LookKind Kind, int Number, InstanceKey? Suspect = null);

/// <summary>What a look is part of.</summary>
public enum LookKind
{
    /// <summary>The probes of a member, one after the other.</summary>
    Turn,
    /// <summary>The same; the very first one was not answered in time and is taken again.</summary>
    FirstAgain,
    /// <summary>A round of looks at a suspect and its replicas.</summary>
    Suspicion,
    /// <summary>A judgement, which nobody's first look is missing from.</summary>
    Judgement,
}

/// <summary>What a watch wants to be woken for.</summary>
/// <param name="Key">The member or the suspect; null for the tick.</param>
/// <param name="Number">Of the watch of the member, or of the suspicion.</param>
public readonly record struct WatchAlarm(AlarmKind Kind, InstanceKey? Key = null, int Number = 0);

/// <summary>What is due when an alarm rings.</summary>
public enum AlarmKind
{
    /// <summary>To go through the members and judge.</summary>
    Tick,
    /// <summary>The next probe of a member.</summary>
    Probe,
    /// <summary>The next round of looks at a suspect.</summary>
    Round,
}

/// <summary>What the machine answers an event with.</summary>
public readonly record struct WatchTurn(WatchRun State, ImmutableArray<WatchCommand> Commands);
