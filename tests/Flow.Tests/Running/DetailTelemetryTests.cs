using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Tests.Running;

public sealed class DetailTelemetryTests
{
    [Fact]
    public void An_ended_recovery_tells_how_long_it_took_and_each_stage_that_was_carried_out()
    {
        using var measured = new Measured();
        DetailTelemetry.Ended(TelemetryTests.Recovery(new RecoveryOutcome.Fenced(World.Primary)));
        Assert.Equal(["orchestrator.recovery.duration{} 3", "orchestrator.recovery.phase.duration{phase=freeze} 0.25"], measured.All);
    }

    [Fact]
    public void A_look_that_sees_nothing_is_an_error_and_takes_its_time()
    {
        using var measured = new Measured();
        DetailTelemetry.Probed(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer"), TimeSpan.FromSeconds(1));
        Assert.Equal(["orchestrator.discoveries{} 1", "orchestrator.discovery.errors{} 1", "orchestrator.probe.duration{result=failed} 1"], measured.All);
    }

    [Fact]
    public void What_has_no_labels_is_there_from_the_beginning()
    {
        using var measured = new Measured();
        DetailTelemetry.Begin();
        Assert.Equal(["orchestrator.discoveries{} 0", "orchestrator.discovery.errors{} 0"], measured.All);
    }
}
