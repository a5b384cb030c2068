using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// A verb that changes what is kept about a server, not the server: it needs nobody to answer. It stands in the plan
/// like any other step, so it is written down before it happens and done again when the plan is resumed.
/// </summary>
public abstract record MarkStep(StepTarget Target) : PlanStep(Target)
{
    /// <summary>Whether the server is marked as a former primary afterwards.</summary>
    protected abstract bool IsFormer { get; }

    /// <inheritdoc/>
    public override bool IsSatisfiedBy(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology[Target.Key]?.IsFormerPrimary == IsFormer;
    }

    /// <inheritdoc/>
    public override Topology Effect(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology[Target.Key] is null || IsSatisfiedBy(topology)
            ? topology
            : topology.With(Effect(topology.Ledger, topology.TakenAt));
    }

    /// <summary>The ledger as it will be.</summary>
    public Ledger Effect(Ledger ledger, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return IsFormer
            ? ledger.With(new LedgerEntry.FormerPrimary(Target.Key, ledger.Running, at))
            : ledger.Without(e => e is LedgerEntry.FormerPrimary && e.Key == Target.Key);
    }
}
