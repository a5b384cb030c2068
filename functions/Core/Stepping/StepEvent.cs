using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>Something that a step hears of.</summary>
public abstract record StepEvent
{
    private StepEvent() { }

    /// <summary>The server was looked at.</summary>
    public sealed record Looked(ProbeOutcome Outcome) : StepEvent;

    /// <summary>The other servers of the terms were looked at.</summary>
    public sealed record LookedBeside(ImmutableDictionary<InstanceKey, ProbeOutcome> Outcomes) : StepEvent;

    /// <summary>A session is at hand, and nothing runs on it.</summary>
    /// <param name="Server">
    /// What tells the server at its other end from all others (<see cref="ServerIdentity.LastingOf"/>); empty where it
    /// was not told.
    /// </param>
    public sealed record Ready(string Server = "") : StepEvent;

    /// <summary>Nothing of ours can close the server late any more.</summary>
    /// <param name="Ended">How many statements and sessions were ended for that.</param>
    public sealed record TakenBack(int Ended) : StepEvent;

    /// <summary>The server answered that it is done.</summary>
    /// <param name="Says">What had to be done besides; empty when nothing.</param>
    public sealed record Answered(string Says = "") : StepEvent;

    /// <summary>A wait inside the server ended.</summary>
    /// <param name="IsReached">What was waited for is there.</param>
    public sealed record TurnEnded(bool IsReached) : StepEvent;

    /// <summary>What was asked for failed.</summary>
    /// <param name="IsOver">
    /// Nothing of it is left: the server answered with an error, or nothing was sent. Otherwise the connection broke
    /// and the statement may go on.
    /// </param>
    /// <param name="IsRefusal">The server itself said no, or nothing can be sent.</param>
    public sealed record Failed(ProbeFailureKind Kind, string Says, bool IsOver, bool IsRefusal = false) : StepEvent;

    /// <summary>The statement that was to be killed has ended, one way or the other.</summary>
    public sealed record Killed : StepEvent;

    /// <summary>The statement could not be killed.</summary>
    public sealed record NotKilled(string Says) : StepEvent;

    /// <summary>The time of what was asked for is over.</summary>
    public sealed record TimeReached : StepEvent;

    /// <summary>Nobody waits for the step any longer.</summary>
    public sealed record StopAsked : StepEvent;
}
