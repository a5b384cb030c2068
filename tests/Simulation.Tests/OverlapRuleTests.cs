using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>A process is blamed for two open servers only when its questions are answered in time.</summary>
public class OverlapRuleTests
{
    private readonly ModelServers servers = new(processes: 1);

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.3, true)]
    [InlineData(2.6, false)]
    public void A_store_that_answers_late_is_as_good_as_away(double delay, bool isBlamed)
    {
        Slow(servers.World.Store.Place, delay);
        Assert.Equal(isBlamed, IsBlamed());
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(0.7, false)]
    public void A_server_that_answers_after_the_time_of_a_look_is_not_in_plain_sight(double delay, bool isBlamed)
    {
        Slow(servers[2].Place, delay);
        Assert.Equal(isBlamed, IsBlamed());
    }

    private void Slow(int place, double delay)
    {
        var (network, process) = (servers.World.Network, servers.World.Processes[0].Place);
        network.Slow(process, place, Ticks.Of(delay));
        network.Slow(place, process, Ticks.Of(delay));
    }

    private bool IsBlamed()
    {
        servers[2].Replica.StopReceiver();
        servers[2].Replica.StopApplier();
        servers[2].Replica.Forget();
        servers[2].ReadOnly = false;
        servers[2].NoteFlags();
        servers.Pass(15);
        return servers.World.Judge.Violation is { Invariant: "S1" };
    }
}
