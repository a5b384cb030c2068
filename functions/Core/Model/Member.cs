using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// One server of a topology: what is known of it, what the latest probe found, and what operators declared.
/// </summary>
public sealed record Member
{
    public required InstanceKey Key { get; init; }
    public required ProbeOutcome Outcome { get; init; }

    /// <summary>The newest sighting, which may be older than <see cref="Outcome"/>; null when never seen.</summary>
    public Instance? LastSeen { get; init; }

    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>
    /// For how long, of the time the watcher itself was awake, every probe gave evidence of death; zero when the latest
    /// one did not.
    /// </summary>
    public TimeSpan FailingFor { get; init; }

    public PromotionRule PromotionRule { get; init; } = PromotionRule.Neutral;

    /// <summary>
    /// From when on the rule is neutral again; null when it stays. A topology holds no rule that is over.
    /// </summary>
    public DateTimeOffset? PromotionRuleUntil { get; init; }

    public Downtime? Downtime { get; init; }

    /// <summary>What people say of it: values by the names of tags. Nothing is decided by them.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = Tag.None;

    /// <summary>
    /// Names that were found to lead to it, other than its key and what it calls itself: people asked for it by them,
    /// or its replicas know it so.
    /// </summary>
    public ImmutableArray<InstanceKey> OtherNames { get; init; } = [];

    /// <summary>
    /// Another cluster that holds the same server, as after a discovery that died halfway; null when none does. Neither
    /// of them acts by itself while that is so.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClusterId? AlsoIn { get; init; }

    /// <summary>It was replaced as primary by a recovery and has not been a replica since.</summary>
    public bool IsFormerPrimary { get; init; }

    /// <summary>The server as the latest probe saw it; null when it was not seen.</summary>
    public Instance? Current => Outcome.Sighted;

    public bool IsSeen => Current is not null;

    /// <summary>The best knowledge there is, fresh or old.</summary>
    public Instance? LastKnown => Current ?? LastSeen;

    /// <summary>The member without a promotion rule that is over by then.</summary>
    internal Member WithRuleAt(DateTimeOffset now) =>
        PromotionRuleUntil <= now
            ? this with { PromotionRule = PromotionRule.Neutral, PromotionRuleUntil = null }
            : this;

    /// <summary>
    /// The outcome of a probe as far as it is about this server, and not about another one at its address.
    /// </summary>
    internal ProbeOutcome AsFarAsOfIt(ProbeOutcome outcome) =>
        LastSeen is { } known && outcome.Sighted is { } other && ServerIdentity.IsAnotherAtItsAddress(known, other)
            ? new ProbeOutcome.Failed(ProbeFailureKind.AnotherServer, $"another server answers at {Key}")
            : outcome;

    /// <summary>A member just seen.</summary>
    public static Member SeenAs(Instance instance, DateTimeOffset at) =>
        new() { Key = instance.Key, Outcome = new ProbeOutcome.Seen(instance), LastSeen = instance, LastSeenAt = at };

    /// <summary>
    /// The member after a newer probe; a sighting replaces the old one and remembers what the old one had and the new
    /// one lacks, a failure keeps the old one. Parts that were not answered stay as they were last seen. Another server
    /// that answers at the address is not taken for this one: what was declared of this one, and what recoveries left
    /// open about it, is nothing to that one.
    /// </summary>
    public Member With(ProbeOutcome outcome, DateTimeOffset at, TimeSpan failingFor = default)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        outcome = AsFarAsOfIt(outcome);
        if (outcome.Sighted is { Stale: not InstanceParts.None } && LastSeen is { } earlier)
            outcome = outcome.With(i => i.CompletedBy(earlier, LastSeenAt));
        var forgotten = outcome.Sighted is { } now ? Forgotten.After(LastSeen, now, at) : null;
        var remembering = forgotten is null ? outcome : outcome.With(i => i with { Forgotten = forgotten });
        if (outcome.Sighted is { } seen && Restart.Closed(LastSeen, LastSeenAt, seen, at) is { } role)
            remembering = remembering.With(i => i with { ClosedByRestart = role });
        if (outcome.Sighted is { } told && Restart.Untold(LastSeen, LastSeenAt, told, at) is { } untold)
            remembering = remembering.With(i => i with { UntoldRestart = untold });
        return this with
        {
            Outcome = remembering,
            LastSeen = remembering.Sighted ?? LastSeen,
            LastSeenAt = remembering.Sighted is null ? LastSeenAt : at,
            FailingFor = outcome.IsEvidenceOfDeath ? failingFor : TimeSpan.Zero,
        };
    }
}
