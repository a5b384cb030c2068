using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Explaining;

/// <summary>The format itself stands in the scenarios draw*.txt.</summary>
public sealed class TopologyTextTests
{
    [Fact]
    public void An_empty_cluster_is_an_empty_text()
    {
        var topology = new Topology(new ClusterId("c-1"), WrittenTopology.Noon, []);
        Assert.Equal(("", ""), (TopologyText.Draw(topology), TopologyText.Tabulate(topology)));
    }

    [Fact]
    public void Every_server_is_drawn_once()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var topology = new RandomCluster(seed, seed % 2 == 0).Topology;
            var lines = TopologyText.Draw(topology).Split('\n');
            Assert.Equal(topology.Members.Length, lines.Length);
            Assert.All(topology.Members, m => Assert.Single(lines, l => l.Contains(m.Key + " ", StringComparison.Ordinal)));
            Assert.All(TopologyText.Tabulate(topology).Split('\n'), l => Assert.Equal(6, l.Count(c => c == '|')));
        }
    }
}
