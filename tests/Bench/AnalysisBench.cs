using System.Diagnostics;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// What it costs to judge a whole fleet once, on one core: build the topology of every cluster from its members, and analyse it. One cluster
/// of fifty has lost its primary.
/// </summary>
internal static class AnalysisBench
{
    private const int Rounds = 40, WarmUp = 20;

    public static void Run(int clusters)
    {
        var fleet = Enumerable.Range(0, clusters).Select(WrittenFleet.Members).ToArray();
        List<double> whole = [], again = [];
        var problems = 0;
        for (var round = -WarmUp; round < Rounds; round++)
        {
            problems = 0;
            var began = Stopwatch.GetTimestamp();
            var topologies = Array.ConvertAll(fleet, members => new Topology(WrittenFleet.IdOf(members), WrittenFleet.Noon, members));
            foreach (var topology in topologies) problems += Analyzer.Analyze(topology).Length;
            var built = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            foreach (var topology in topologies) Analyzer.Analyze(topology);
            if (round < 0) continue;
            whole.Add(built.TotalMilliseconds);
            again.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        Console.WriteLine($"{clusters * WrittenFleet.ServersOfOne} servers in {clusters} clusters, {problems} problems, {Rounds} rounds; milliseconds for the fleet:");
        Console.WriteLine($"topologies built and analysed  {Figures.Of(whole)}");
        Console.WriteLine($"the same topologies once more  {Figures.Of(again)}");
    }
}
