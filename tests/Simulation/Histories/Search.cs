namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>Looks for the first history that breaks an invariant; called by name on mutated copies of this assembly.</summary>
public static class Search
{
    /// <summary>The violation as text; empty when none was found in so many seeds.</summary>
    public static string First(ulong from, ulong seeds, string mode)
    {
        var campaign = Campaign.Run(from, seeds, Enum.Parse<HistoryMode>(mode), stopAfter: 1);
        return campaign.Violations.Count == 0 ? "" : $"{campaign.Violations[0]} (after {campaign.Seeds} histories)";
    }
}
