using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Stepping;

namespace OrchestratorFunctions.Core.Tests.Stepping;

/// <summary>S6, S12: somebody pointed db2 elsewhere, or started its receiver, after the step was planned.</summary>
public sealed class ChangedLinksTests
{
    private static readonly StepTarget Db2 = WrittenTopology.Key("db2");

    [Theory]
    [InlineData("<db1 io=stopped", "<db1 io=stopped", "")]
    [InlineData("<db1 io=stopped", "<db1 io=connecting", "db2:3306 receives from db1:3306 again")]
    [InlineData("<db1", "<db1", "")] // of a switch: it received when that was planned
    [InlineData("<db1", "<db1 io=stopped", "")]
    [InlineData("<db1 io=stopped", "<db3 io=stopped", "db2:3306 follows db3:3306 by now, and it followed db1:3306 when this was planned")]
    [InlineData("<db1", "", "")]
    public void A_source_is_removed_only_while_it_is_the_one_that_was_meant(string planned, string seen, string because)
    {
        var link = WrittenTopology.Read($"db1 rw\ndb2 ro {planned}")[Db2.Key]!.Current!.Link;
        var command = Judged(ForgetSource.Of(Db2, link), seen);
        if (because.Length == 0)
        {
            Assert.DoesNotContain("not sent", (command as StepCommand.End)?.Result.Says ?? "", StringComparison.Ordinal);
            return;
        }
        var result = Assert.IsType<StepCommand.End>(command).Result;
        Assert.Equal((StepState.Failed, true), (result.State, result.WasNotSent));
        Assert.StartsWith($"not sent, because {because}", result.Says, StringComparison.Ordinal);
    }

    /// <summary>A record of an older version does not tell which source was meant.</summary>
    [Fact]
    public void Where_no_source_was_meant_it_is_removed_wherever_it_leads() =>
        Assert.IsType<StepCommand.Prepare>(Judged(new ForgetSource(Db2), "<db3"));

    /// <summary>A person started it, or it has executed more: what would be forgotten would come twice.</summary>
    [Theory]
    [InlineData("<db1 io=stopped sql=stopped", "")]
    [InlineData("<db1", "db2:3306 replicates: somebody else has started it")]
    [InlineData("<db1 io=stopped sql=stopped has=A:1-12", "db2:3306 has executed")]
    public void What_was_executed_is_set_only_while_it_is_what_was_meant(string seen, string because)
    {
        var executed = WrittenTopology.Read("db1 rw\ndb2 ro <db1 has=A:1-9,B:1-2")[Db2.Key]!.Current!.Gtid.Executed;
        var reset = new ResetGtids(Db2, GtidSet.Parse(WrittenTopology.Uuid('A') + ":1-9")) { Executed = (GtidSet)executed };
        var says = (Judged(reset, seen.Contains("has=", StringComparison.Ordinal) ? seen : $"has=A:1-9,B:1-2 {seen}") as StepCommand.End)?.Result.Says;
        if (because.Length == 0) Assert.Null(says);
        else Assert.StartsWith($"not sent, because {because}", says, StringComparison.Ordinal);
    }

    private static StepCommand Judged(ServerStep step, string seen)
    {
        var server = WrittenTopology.Read($"db1 rw\ndb2 ro {seen}\ndb3 ro <db1")[Db2.Key]!;
        var planned = new PlannedStep(step, Tolerance.Must, TimeSpan.FromSeconds(5), "");
        var terms = new StepTerms(TimeSpan.FromSeconds(9), TimeSpan.Zero);
        return StepMachine.Begin(planned, server, terms, TimeSpan.FromSeconds(0.1)).Command;
    }
}
