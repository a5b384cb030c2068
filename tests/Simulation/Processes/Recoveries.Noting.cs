using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Watching;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>Why nothing is done about a problem that no plan removes (Flow/Detecting/Verdicts).</content>
public sealed partial class Recoveries
{
    private static readonly TimeSpan HeldAfter = new WatchPolicy().HeldAfter;

    /// <summary>
    /// Records what has lasted for a while, of the primary, of every source that is away, and of what a recovery left
    /// closed. The write is not sent over the network: nobody waits for it, and seeds keep their histories.
    /// </summary>
    public void Note(Analysis found, Topology seen)
    {
        var id = (found.Key, found.Code);
        var known = standing.GetValueOrDefault(id) ?? (standing[id] = new StandingProblem(process.Running));
        var isRecorded = seen.Primary?.Key == found.Key || found.Code == AnalysisCode.ClosedByRecovery
            || (found.Replicas.Total > 0 && seen[found.Key] is { IsSeen: false });
        if (World.Store.IsAway || !isRecorded || !known.IsToBeRecordedAt(process.Running, HeldAfter)) return;
        var because = string.Join("; ", found.Because);
        World.Play?.Say(process.Name, $"records {found.Code} of {found.Key.Host}: {because}. To allow it: {found.Advice}");
        standing[id] = known.HeldAt(process.Running, because) with { Recorded = because };
    }

    /// <summary>The problem stands: analysis names it.</summary>
    public bool Finds(InstanceKey key, params ReadOnlySpan<AnalysisCode> codes)
    {
        foreach (var code in codes)
            if (standing.ContainsKey((key, code))) return true;
        return false;
    }

    /// <summary>The problem stands, and there is a record of why nothing is done about it.</summary>
    public bool HasNoted(InstanceKey key, AnalysisCode code) =>
        standing.TryGetValue((key, code), out var known) && known.Recorded.Length > 0;
}
