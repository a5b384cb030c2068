using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>
/// A failover that a person asks for (0032). Wishes and limits do not hold it, and the record names each that it passes
/// over. What is seen of the primary does: one that answers is never replaced, and one that is not known to be dead
/// only on the word of the person that it is.
/// </summary>
public static class AskedFailover
{
    /// <summary>Why it does not begin; null when it does.</summary>
    /// <param name="topology">As it was looked at just now.</param>
    /// <param name="found">What that look finds of the primary.</param>
    public static Refusal? WhyNot(
        Recovery asked, Topology topology, ImmutableArray<Analysis> found, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(inputs);
        if (topology[asked.Subject] is not { } old)
            return new($"{asked.Subject} is not a member of cluster {topology.Cluster}");
        if (old.Outcome.ShowsLife) return OfLiving(old);
        if (asked.Request is { PrimaryIsDead: true }) return null;
        if (!found.Any(a => a.Kind == asked.Kind)) return new(OfUnknown(old, found), OperatorRequest.Vouching);
        return inputs.Quorum.Decide(inputs.Vantages, asked.Subject, inputs.Now)?.Refusal is { } refusal
            ? refusal with { Remedy = $"{refusal.Remedy}, or {OperatorRequest.Vouching}" }
            : null;
    }

    /// <summary>The recovery with what its record has to say of how it began.</summary>
    /// <inheritdoc cref="WhyNot" path="/param"/>
    public static Recovery Recorded(
        Recovery asked, Topology topology, ImmutableArray<Analysis> found, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(inputs);
        var passedOver = RecoveryGate.WishesAndLimits(asked.Subject, topology, inputs)
            .Select(r => $"passed over, because {asked.Actor} asks for it: {r.Because}");
        var seen = found.SelectMany(a => a.Because).Distinct();
        var agreeing = inputs.Quorum.Agreeing(inputs.Vantages, asked.Subject, inputs.Now);
        return asked with { Evidence = [.. asked.Evidence, .. seen, .. agreeing, .. passedOver] };
    }

    private static Refusal OfLiving(Member old) => old.Outcome is ProbeOutcome.Failed refusal
        ? new($"{old.Key} answers, with a refusal ({refusal.Says}), and a living primary is not replaced",
            "what it says mended, then the command takeover; or the server stopped")
        : new($"{old.Key} answers, and a living primary is not replaced", "the command takeover");

    private static string OfUnknown(Member old, ImmutableArray<Analysis> found) => found.IsEmpty
        ? $"it is not known whether {old.Key} is dead"
        : $"it is not known whether {old.Key} is dead: {string.Join("; ", found[0].Because)}";
}
