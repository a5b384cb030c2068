using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>What must be true when a recovery that began by itself sends its first step: L5.</summary>
internal sealed class LimitRules(World world, Judge judge)
{
    /// <summary>Clocks of two processes are not further apart, as long as none jumps.</summary>
    private static readonly long Apart = Ticks.Of(1);

    /// <summary>No failover acts while the window of an earlier one is open that has acted.</summary>
    public void Acts(Recovery recovery)
    {
        if (!recovery.Kind.IsFailover || judge.HasClockJumped) return;
        var since = world.Now - world.Shape.BlockWindow.Ticks + Apart;
        var early = judge.Traces.FirstOrDefault(t => t is { HasSent: true, Newest.Kind.IsFailover: true } && t.EndedAt > since);
        if (early is null) return;
        var ago = (world.Now - early.EndedAt) / (double)Ticks.Second;
        judge.Report("L5", $"failover {recovery.Id} acts {ago:0.0} s after failover {early.Id} has ended");
    }
}
