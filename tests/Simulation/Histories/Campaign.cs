using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Judging;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>Many histories, one after the other on one core, and what came of them together.</summary>
public sealed class Campaign
{
    private readonly Dictionary<KnownFault, (int Count, Violation First)> known = [];
    private readonly Dictionary<string, int> endings = [];

    public List<Violation> Violations { get; } = [];
    public ulong Seeds { get; private set; }
    public long Events { get; private set; }
    public long Judgements { get; private set; }

    /// <summary>Processor time, not time on the clock: machines are shared.</summary>
    public TimeSpan Took { get; private set; }
    public TimeSpan LongestOverlap { get; private set; }

    public double SeedsPerSecond => Seeds / Math.Max(1e-9, Took.TotalSeconds);

    /// <summary>Known faults that were met: how many histories, and the first of them.</summary>
    public IReadOnlyDictionary<KnownFault, (int Count, Violation First)> Known => known;

    /// <summary>How recoveries ended, by kind.</summary>
    public IReadOnlyDictionary<string, int> Endings => endings;

    /// <summary>Runs seeds until all are run or enough has been found.</summary>
    /// <param name="movesServers">Some server changes its address in each of them.</param>
    /// <param name="changesServers">Operators change single servers and move several in each of them.</param>
    public static Campaign Run(
        ulong from, ulong seeds, HistoryMode mode, int stopAfter = int.MaxValue, Action<HistoryResult>? told = null,
        ServerFlavor? flavor = null, bool movesServers = false, bool changesServers = false)
    {
        var campaign = new Campaign();
        var before = Environment.CpuUsage.TotalTime;
        for (var seed = from; seed < from + seeds && campaign.Violations.Count < stopAfter; seed++)
        {
            var result = History.Run(seed, mode, isPlayed: false, flavor, movesServers, changesServers);
            campaign.Take(result);
            told?.Invoke(result);
        }
        campaign.Took = Environment.CpuUsage.TotalTime - before;
        return campaign;
    }

    private void Take(HistoryResult result)
    {
        Seeds++;
        Events += result.Events;
        Judgements += result.Judgements;
        if (TimeSpan.FromTicks(result.Overlap) is var overlap && overlap > LongestOverlap) LongestOverlap = overlap;
        if (result.Violation is { } violation) Violations.Add(violation);
        foreach (var (fault, first) in result.Known)
            known[fault] = known.TryGetValue(fault, out var before) ? (before.Count + 1, before.First) : (1, first);
        foreach (var recovery in result.Recoveries)
        {
            var name = $"{recovery.Kind} {recovery.Outcome?.Name ?? "unfinished"}";
            endings[name] = endings.GetValueOrDefault(name) + 1;
        }
    }
}
