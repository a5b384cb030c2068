using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Running;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <content>How old what is decided on may be.</content>
public sealed partial class RecoveryMachineTests
{
    /// <summary>S20: the new primary may be lost while the store is asked for what an operator wants.</summary>
    [Fact]
    public void A_success_is_not_stored_on_looks_from_before_a_slow_store()
    {
        static PlayedRun Slow() => new("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9")
        {
            StepTakes = _ => TimeSpan.FromSeconds(0.6), HearingTakes = r => TimeSpan.FromSeconds(r.HasOpened ? 5 : 0),
        };
        var (well, lost) = (Slow().Begin(PlanKinds.Takeover), Slow());
        Assert.IsType<RecoveryOutcome.Promoted>(well.Recovery.Outcome);
        // It is killed between the last look and the answer of the store.
        lost.At(well.Now - TimeSpan.FromSeconds(2), "db2 rw has=A:1-9 | refused").Begin(PlanKinds.Takeover);
        Assert.IsType<RecoveryOutcome.LostAgain>(lost.Recovery.Outcome);
    }

    /// <summary>L1: the looks before the end take as long as a silent server lets them.</summary>
    [Fact]
    public void A_success_with_a_silent_server_and_a_slow_store_is_stored()
    {
        var played = new PlayedRun("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9")
        {
            StepTakes = _ => TimeSpan.FromSeconds(0.6), HearingTakes = r => TimeSpan.FromSeconds(r.HasOpened ? 2.5 : 0),
        };
        played.At(TimeSpan.FromSeconds(2.5), "db1 ro has=A:1-9 | timed out 1.0s").Begin(PlanKinds.Takeover);
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    /// <summary>S18: who takes a recovery up waits but a moment for its dead primary.</summary>
    [Fact]
    public void The_silence_that_a_recovery_is_taken_up_with_does_not_count_as_a_look()
    {
        var stored = new PlayedRun(Dead).Begin().StoredAt("promote");
        var taken = new PlayedRun("db1 rw has=A:1-100 | timed out 0.1s\ndb2 ro has=A:1-100\ndb3 ro <db2 has=A:1-100\ndb4 ro <db2 has=A:1-100");
        taken.TakeUp(stored);
        Assert.Contains(taken.Looks, l => l.Key.Host == "db1" && l.At < taken.OpenedAt);
    }
}
