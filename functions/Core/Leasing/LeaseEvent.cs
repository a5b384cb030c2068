namespace OrchestratorFunctions.Core.Leasing;

/// <summary>Something that a lease hears of.</summary>
public abstract record LeaseEvent
{
    private LeaseEvent() { }

    /// <summary>The store gave it.</summary>
    public sealed record Acquired(long Epoch) : LeaseEvent;

    /// <summary>The store made it longer.</summary>
    public sealed record Renewed : LeaseEvent;

    /// <summary>The store said that another holder has it.</summary>
    public sealed record Refused : LeaseEvent;

    /// <summary>
    /// The request failed or was not answered in time. The store may have done what was asked for; nobody knows.
    /// </summary>
    public sealed record NoAnswer : LeaseEvent;

    /// <summary>A time that was asked for is reached.</summary>
    public sealed record TimeReached : LeaseEvent;

    /// <summary>It is not needed any longer.</summary>
    public sealed record ReleaseAsked : LeaseEvent;
}
