using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Replacing;

/// <summary>What a given-up recovery leaves: everything as it was, or said (L3).</summary>
public sealed class FreezeRollbackTests
{
    private static string Abandoned(string fault)
    {
        var topology = WrittenTopology.Read("db1 rw semi=source:1 clients=2 | refused\ndb2 ro <db1 io=connecting semi=replica\ndb3 ro <db1 semi=replica | refused\ndb4 ro <db1 io=connecting");
        var seed = PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1");
        return Assert.IsType<RecoveryOutcome.Abandoned>(Rehearsal.Run(seed, new SimulatedFleet(topology, WrittenFault.ReadAll(fault))).Outcome).Refusal.Because;
    }

    [Fact]
    public void Everything_is_started_again() => Assert.DoesNotContain("by hand", Abandoned(""), StringComparison.Ordinal);

    [Fact]
    public void A_receiver_that_does_not_start_again_is_named_after_some_attempts() =>
        Assert.Contains("to be done by hand: Start replication on db2:3306", Abandoned("x with db2 StartReplication fails"), StringComparison.Ordinal);

    [Fact]
    public void A_replica_that_died_frozen_is_named() =>
        Assert.Contains("db4:3306 was not seen and may have its receiver stopped", Abandoned("x with db4 dies at 4"), StringComparison.Ordinal);

    [Fact]
    public void A_fence_that_may_still_strike_is_named() => Assert.Contains("should db1:3306 come back read-only, the fence did that", Abandoned(""), StringComparison.Ordinal);
}
