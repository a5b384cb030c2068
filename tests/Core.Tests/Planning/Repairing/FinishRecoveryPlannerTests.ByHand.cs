using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Planning.Repairing;

/// <content>What somebody else had done before is left as it was.</content>
public sealed partial class FinishRecoveryPlannerTests
{
    /// <summary>S19: a person had stopped its receiver before the recovery that chose it and could not cut it loose.</summary>
    [Theory]
    [InlineData("stopped", true)]
    [InlineData("running", false)]
    public void A_receiver_that_a_recovery_found_stopped_stays_so_and_the_applier_is_started(string applier, bool isOwed)
    {
        var owed = new LedgerEntry.Stopped(Key("db3"), Key("db1"), "r1", Noon) { StopsApplier = true, FoundStopped = true };
        var (found, recovery, fleet) = Finish($"db1 rw has=A:1-100\ndb2 ro <db1 has=A:1-100\ndb3 ro <db1 io=stopped sql={applier} has=A:1-90", "db3", owed);
        Assert.Equal(isOwed, found?.Code == AnalysisCode.StoppedByRecovery);
        if (!isOwed) return;
        Assert.Equal("db3:3306 applies again; somebody else had stopped its receiver, and it stays so", Assert.IsType<RecoveryOutcome.Finished>(recovery.Outcome).Says);
        Assert.Equal((ReplicationThread.Stopped, ReplicationThread.Running), (fleet.Now[Key("db3")]!.Current!.Link!.Receiver, fleet.Now[Key("db3")]!.Current!.Link!.Applier));
    }
}
