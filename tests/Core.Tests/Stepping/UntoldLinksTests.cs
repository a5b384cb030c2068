using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Tests.Stepping;

/// <summary>S12, S19: a server that does not tell its links is not told anything about them.</summary>
public sealed class UntoldLinksTests
{
    private static readonly StepTarget Db1 = WrittenTopology.Key("db1"), Db2 = WrittenTopology.Key("db2");

    public static TheoryData<PlanStep> AboutLinks =>
        [new StopReceiving(Db2), new StartReplication(Db2), new PointTo(Db2, Db1.Key), new ForgetSource(Db2)];

    [Theory]
    [MemberData(nameof(AboutLinks), DisableDiscoveryEnumeration = true)]
    public void Nothing_is_sent_about_links_that_are_not_told(PlanStep step)
    {
        var result = Assert.IsType<StepCommand.End>(After(step, InstanceParts.Replication)).Result;
        Assert.Equal((StepState.Failed, true, true), (result.State, result.IsRefused, result.WasNotSent));
        Assert.Contains("db2:3306 does not tell whom it replicates from", result.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_steps_and_other_parts_do_not_matter()
    {
        Assert.IsType<StepCommand.Prepare>(After(new SetReadOnly(Db2), InstanceParts.Replication));
        Assert.IsType<StepCommand.Prepare>(After(new WaitUntilApplied(Db2, GtidSet.Parse($"{WrittenTopology.Uuid('A')}:1-9")), InstanceParts.Replication));
        Assert.IsType<StepCommand.Prepare>(After(new StopReceiving(Db2), InstanceParts.Uptime));
    }

    // What the step machine asks for when the server was looked at.
    private static StepCommand After(PlanStep step, InstanceParts untold)
    {
        var servers = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 rw <db1 has=A:1-5");
        var planned = new PlannedStep(step, Tolerance.Must, TimeSpan.FromSeconds(5), "");
        var begun = StepMachine.Begin(planned, servers[Db2.Key], new StepTerms(TimeSpan.FromSeconds(9)), TimeSpan.Zero);
        var links = untold == InstanceParts.Replication ? [] : servers[Db2.Key]!.Current!.Links;
        var seen = servers[Db2.Key]!.Current! with { Stale = untold, Links = links };
        return StepMachine.Step(begun.Run, new StepEvent.Looked(new ProbeOutcome.Partly(seen, ["x"])), TimeSpan.FromSeconds(0.1)).Command;
    }
}
