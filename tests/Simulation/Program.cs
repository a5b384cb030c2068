using System.Globalization;
using System.Text.Json;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;

namespace OrchestratorFunctions.Simulation;

/// <summary>Runs histories and says what they found.</summary>
internal static class Program
{
    private const int ShownMost = 20;

    /// <summary>0 when every invariant held, 1 when one did not, 2 when the arguments are wrong.</summary>
    public static int Main(string[] args)
    {
        if (Arguments.Read(args, out var problem) is not { } asked)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }
        if (asked.IsHelp)
        {
            Console.WriteLine(Arguments.Usage);
            return 0;
        }
        var campaign = Campaign.Run(
            asked.From, asked.Seeds, asked.Mode, stopAfter: asked.EndsWithFirst ? 1 : int.MaxValue,
            told: result => Tell(asked, result), flavor: asked.Flavor, movesServers: asked.MovesServers,
            changesServers: asked.ChangesServers);
        Summarize(asked, campaign);
        if (asked.IsJson) Console.WriteLine(Json(campaign));
        return campaign.Violations.Count == 0 ? 0 : 1;
    }

    private static void Tell(Arguments asked, HistoryResult result)
    {
        if (asked.IsPlayed && (asked.Seeds == 1 || result.Violation is not null))
            Console.WriteLine(History.Run(result.Seed, asked.Mode, isPlayed: true, asked.Flavor, asked.MovesServers, asked.ChangesServers).Play);
    }

    private static void Summarize(Arguments asked, Campaign campaign)
    {
        foreach (var group in campaign.Violations.GroupBy(v => v.Invariant).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"{group.Key}: {group.Count()} histories");
            foreach (var violation in group.Take(ShownMost)) Console.WriteLine($"  {violation}");
        }
        foreach (var fault in KnownFaults.All.Where(f => campaign.Known.ContainsKey(f)))
        {
            var (count, first) = campaign.Known[fault];
            Console.WriteLine($"known fault, excluded: {count} histories break {fault.Invariant} because {fault.Cause} (first: seed {first.Seed})");
        }
        Console.WriteLine($"recoveries: {string.Join(", ", campaign.Endings.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key} {e.Value}"))}");
        var (seeds, rate) = (campaign.Seeds, campaign.SeedsPerSecond.ToString("0", CultureInfo.InvariantCulture));
        Console.WriteLine(
            $"{seeds} histories ({asked.Mode.ToString().ToLowerInvariant()}) from seed {asked.From}: {campaign.Violations.Count} with a violation; "
            + $"{rate} a second and core, {campaign.Events / (long)seeds} events and {campaign.Judgements / (long)seeds} judgements each; "
            + $"two open servers for {campaign.LongestOverlap.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s at most");
    }

    private static string Json(Campaign campaign) => JsonSerializer.Serialize(new
    {
        seeds = campaign.Seeds,
        violations = campaign.Violations.Select(v => new { seed = v.Seed, invariant = v.Invariant }),
        seedsPerSecondPerCore = Math.Round(campaign.SeedsPerSecond, 1),
    });
}
