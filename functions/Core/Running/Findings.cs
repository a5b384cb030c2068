using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Running;

/// <summary>Where what is seen after a stage is not what its steps foretold.</summary>
public static class Findings
{
    private const string IsUnseen = "the server said it was done, and a probe afterwards does not show it";

    /// <summary>One sentence for each step that its server called done and that a look does not show.</summary>
    public static ImmutableArray<string> Of(StageRecord record, Topology seen)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(seen);
        var unseen = record.Stage.Steps.Zip(record.Results)
            .Where(p => p.Second.IsSuccess)
            .Select(p => p.First.Step)
            .Where(s => !s.LeavesNoTrace && seen[s.Target.Key] is { IsSeen: true } && !s.IsSatisfiedBy(seen));
        return [.. record.Findings.Concat(unseen.Select(s => $"{s.Says}: {IsUnseen}")).Distinct()];
    }
}
