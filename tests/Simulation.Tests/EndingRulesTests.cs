using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Tests;

/// <summary>Who is blamed for the end of a switch: the process that ended it, for what it could have known.</summary>
public class EndingRulesTests
{
    private readonly World world = new(1, HistoryMode.Safety, isPlayed: false, new HistoryShape
    {
        Servers = [new(), new() { ReadOnlyAtStart = true }], Sources = new int[2],
        Rules = [PromotionRule.Neutral, PromotionRule.Neutral], Processes = 2, Clients = 0,
    });

    /// <summary>The other process had lost its lease, and sent one more step before it knew.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void A_process_whose_way_back_was_cut_is_not_blamed(int ending, bool isBlamed)
    {
        var (old, judge) = (world.Servers[0], world.Judge);
        Pass(3);
        new StatementRun(old, [new Statement.Close(CutsClientsOff: false)], _ => { }).Begin();
        Pass(1);
        world.Network.Cut(world.Processes[0].Place, old.Place);
        var switching = Frozen(old);
        judge.TraceOf(switching.Id).HasSent = true;
        judge.Saved(switching, world.Processes[ending].Name + "/0/1");
        Assert.Equal(isBlamed ? "S11" : null, judge.Violation?.Invariant);
    }

    private void Pass(double seconds) => world.Queue.RunUntil(world.Now + Ticks.Of(seconds), () => false);

    private Recovery Frozen(ModelServer old)
    {
        PlannedStep freeze = new(new SetReadOnly(old.Key), Tolerance.Must, TimeSpan.FromSeconds(3), "");
        var end = PlanStage.Abandon(new Refusal("the way back was cut"));
        return new Recovery
        {
            Id = "r1", Cluster = world.Cluster, Kind = PlanKinds.Takeover, Actor = "", StartedAt = default, Subject = old.Key,
            Stages = [new(new PlanStage("freeze", "", [freeze]), 1, default, []), new(end, 1, default, [])],
        };
    }
}
