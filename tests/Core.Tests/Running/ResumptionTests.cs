using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

public sealed class ResumptionTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        db4 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    /// <summary>S18: what may fail does not make another stage of a stored promotion.</summary>
    [Fact]
    public void A_stored_promotion_is_run_by_who_takes_it_up_though_a_sibling_follows_already()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var resumed = new PlayedRun("""
            db1 rw has=A:1-100 | refused
            db2 ro has=A:1-100
            db3 ro <db2 has=A:1-100
            db4 ro <db1 io=stopped has=A:1-100
            """).TakeUp(stored);
        Assert.Single(resumed.Recovery.Stages, s => s.Stage.Name == "promote");
        Assert.Empty(Assert.IsType<RecoveryOutcome.Promoted>(resumed.Recovery.Outcome).Lost);
    }
}
