namespace OrchestratorFunctions.Core.Leasing;

/// <summary>Something that a lease asks for. It asks for one thing at a time.</summary>
public abstract record LeaseCommand
{
    private LeaseCommand() { }

    /// <summary>Ask the store for it.</summary>
    public sealed record Acquire(string Holder) : LeaseCommand;

    /// <summary>Ask the store for a later end.</summary>
    /// <param name="Within">Without an answer for so long the request counts as unanswered.</param>
    public sealed record Renew(TimeSpan Within) : LeaseCommand;

    /// <summary>
    /// Give it back, or what a request without an answer may have got; whatever the store answers, nothing follows.
    /// </summary>
    /// <param name="Within">An answer is waited for so long.</param>
    public sealed record Release(TimeSpan Within) : LeaseCommand;

    /// <summary>Wake the lease at this instant of the monotonic clock.</summary>
    public sealed record WakeAt(TimeSpan At) : LeaseCommand;

    /// <summary>Whoever works under the lease stops: it is lost.</summary>
    public sealed record SayLost : LeaseCommand;
}

/// <summary>What the machine answers an event with.</summary>
/// <param name="Command">Null when nothing is left to be done.</param>
public readonly record struct LeaseTurn(LeaseState Lease, LeaseCommand? Command);
