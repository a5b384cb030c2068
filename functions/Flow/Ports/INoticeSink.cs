using OrchestratorFunctions.Core.Explaining;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>What came of bringing a notice to its address.</summary>
public abstract record Delivery
{
    private Delivery() { }

    /// <summary>It arrived.</summary>
    public sealed record Done : Delivery;

    /// <summary>It may arrive another time.</summary>
    /// <param name="Because">Without anything secret (S17).</param>
    /// <param name="After">Not before so long, where the other side said so.</param>
    public sealed record Later(string Because, TimeSpan? After = null) : Delivery;

    /// <summary>It will never arrive.</summary>
    /// <param name="Because">Without anything secret (S17).</param>
    public sealed record Refused(string Because) : Delivery;
}

/// <summary>Where notices go: one address.</summary>
public interface INoticeSink
{
    /// <summary>Names it for people. The address itself may be a secret, so most of it is left out (S17).</summary>
    string Name { get; }

    /// <summary>Tells it from other addresses in the store, in every process alike, and gives nothing away.</summary>
    string Mark { get; }

    /// <summary>Whether it wants to hear of notices of this type.</summary>
    bool Wants(string type);

    /// <summary>Tries once, within about its timeout. Never throws for what the other side does.</summary>
    Task<Delivery> DeliverAsync(Notice notice, CancellationToken cancel);
}
