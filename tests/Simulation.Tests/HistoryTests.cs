using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary><c>SIMULATION_SEEDS</c> says how many histories of each mode are run, <c>SIMULATION_FROM</c> from which seed.</summary>
public class HistoryTests(ITestOutputHelper output)
{
    private static readonly ulong Seeds = Number("SIMULATION_SEEDS", 1_000), From = Number("SIMULATION_FROM", 1);

    private static readonly bool IsThorough = Environment.GetEnvironmentVariable("SIMULATION_KNOWN") is "1";

    public static TheoryData<string, ulong> KnownRows => [.. KnownFaults.All.Where(f => f.SmallestSeed > 0).Select(f => (f.Invariant + ": " + f.Cause, f.SmallestSeed))];

    [Theory]
    [InlineData(HistoryMode.Safety)]
    [InlineData(HistoryMode.Liveness)]
    public void Every_invariant_holds_but_for_what_is_known(HistoryMode mode)
    {
        var campaign = Campaign.Run(From, mode == HistoryMode.Safety ? Seeds : Seeds / 2, mode, stopAfter: 1);
        foreach (var (fault, (count, first)) in campaign.Known)
            output.WriteLine($"known fault, excluded: {count} histories break {fault.Invariant} because {fault.Cause} (first: seed {first.Seed})");
        if (campaign.Violations.Count > 0)
            Assert.Fail($"{campaign.Violations[0]}\n{History.Run(campaign.Violations[0].Seed, mode, isPlayed: true).Play}");
        Assert.Contains("DeadPrimary promoted", campaign.Endings.Keys);
        Assert.Contains("Takeover promoted", campaign.Endings.Keys);
    }

    [Fact]
    public void The_same_seed_is_the_same_history()
    {
        for (var seed = 1UL; seed <= 20; seed++)
            Assert.Equal(History.Run(seed, HistoryMode.Safety, isPlayed: true).Play, History.Run(seed, HistoryMode.Safety, isPlayed: true).Play);
    }

    [Theory]
    [MemberData(nameof(KnownRows))]
    public void A_known_fault_is_still_there(string fault, ulong seed)
    {
        // A seed keeps its cluster and its faults when decisions change, and not always its end.
        if (!IsThorough) Assert.Skip("asked for with SIMULATION_KNOWN=1: every row of KnownFaults is met at its seed");
        var met = Enum.GetValues<HistoryMode>().SelectMany(m => History.Run(seed, m).Known).Select(k => $"{k.Fault.Invariant}: {k.Fault.Cause}");
        Assert.True(met.Contains(fault), $"seed {seed} no longer shows it: take the row away from KnownFaults, or find a seed that does ({fault})");
    }

    private static ulong Number(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
