using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>What an operator wants of a running recovery.</summary>
public enum SignalKind
{
    /// <summary>The promotion that was asked about may happen.</summary>
    Approve,
    /// <summary>Give up and undo what was done, as long as nobody was told to accept writes.</summary>
    Cancel,
}

/// <summary>What an operator said to a running recovery; stands with the stage it was said at.</summary>
/// <param name="Because">The reason given; may be empty.</param>
/// <param name="Candidate">The successor that was approved, so that no other one is promoted in its place; null for
/// whichever is asked about.</param>
public sealed record OperatorSignal(SignalKind Kind, string By, string Because,
    DateTimeOffset At, InstanceKey? Candidate = null)
{
    /// <summary>
    /// Who speaks when a veto came while nobody ran the recovery, or when a failover goes first.
    /// </summary>
    public const string Gate = "the gate";

    /// <summary>Who speaks when a dead primary was found alive at another address.</summary>
    private const string Discovery = "a discovery";

    /// <summary>The failover that this recovery makes way for; null when it ends for another reason.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>Tells a recovery that a failover of its cluster goes first.</summary>
    /// <param name="title">What the failover is, for the middle of a sentence.</param>
    public static OperatorSignal Supersede(string failover, string title, DateTimeOffset at) =>
        new(SignalKind.Cancel, Gate, $"{title} goes first", at) { SupersededBy = failover };

    /// <summary>
    /// Tells a failover that the server it replaces was found alive at another address; null for any other recovery,
    /// for one that has told its successor to open, and where a person vouches that the server is off (S8).
    /// </summary>
    public static OperatorSignal? FoundAlive(Recovery running, IEnumerable<MemberPlace> found, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(running);
        ArgumentNullException.ThrowIfNull(found);
        if (!running.Kind.SubjectIsDead || running.Request is { PrimaryIsDead: true }) return null;
        if (found.FirstOrDefault(p => p.MovedFrom == running.Subject) is not { } place) return null;
        var word = new OperatorSignal(SignalKind.Cancel, Discovery, $"{running.Subject} answers at {place.Key}", at);
        return running.Cancelled is null && running.WhyNot(word) is null ? word : null;
    }

    /// <summary>In words, for reasons and records.</summary>
    public string Says => SupersededBy is { } failover ? $"superseded by recovery {failover}: {Because}" : Said;

    private string Said =>
        $"{(Kind == SignalKind.Approve ? "approved" : "cancelled")} by {By}"
        + (Because.Length > 0 ? $": {Because}" : "");
}
