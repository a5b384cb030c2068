using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Replacing;

/// <summary>What keeps a dead primary from being replaced by one that a person names, for each of them.</summary>
internal static class DeadPrimaryTargets
{
    /// <param name="recovery">One that has not begun.</param>
    public static Func<InstanceKey, Refusal?> WhyNot(Recovery recovery, Topology topology)
    {
        var old = topology[recovery.Subject]!;
        var situation = new DeadPrimarySituation(recovery, topology, old);
        if (situation.WhyNotBegin is { } refusal) return _ => refusal;
        var search = new CandidateSearch(recovery, situation.Original, old, Nobody, situation.Faults);
        var field = search.Field;
        return target =>
        {
            _ = (search with { Recovery = recovery with { Target = target } }).Choose(field, out var why);
            return why;
        };
    }

    private static readonly HashSet<InstanceKey> Nobody = [];
}
