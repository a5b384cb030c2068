using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>Looks for the first history that breaks an invariant; called by name on mutated copies of this assembly.</summary>
public static class Search
{
    /// <summary>The violation as text; empty when none was found in so many seeds.</summary>
    /// <param name="flavor">Whose servers; empty to let each seed choose.</param>
    /// <param name="movesServers">Some server changes its address in each of them.</param>
    public static string First(ulong from, ulong seeds, string mode, string flavor, bool movesServers)
    {
        ServerFlavor? of = flavor.Length == 0 ? null : Enum.Parse<ServerFlavor>(flavor);
        var campaign = Campaign.Run(from, seeds, Enum.Parse<HistoryMode>(mode), stopAfter: 1, flavor: of, movesServers: movesServers);
        return campaign.Violations.Count == 0 ? "" : $"{campaign.Violations[0]} (after {campaign.Seeds} histories)";
    }
}
