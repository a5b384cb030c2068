using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Waits until a server has executed a GTID set (MySQL) or position (MariaDB), with its applier, or that of one
/// channel, started.
/// </summary>
public sealed record WaitUntilApplied(StepTarget Target, GtidPosition Position) : ServerStep(Target)
{
    /// <summary>A MySQL server is asked for a set, a MariaDB server for a position: one entry a domain.</summary>
    public static WaitUntilApplied For(StepTarget on, GtidPosition position) =>
        new(on, position is MariaDbGtidSet state ? state.LatestPerDomain() : position);

    public override string Says => $"Wait until {Target.Key} has applied {Position}";

    public override bool OnlyWaits => true;

    public override bool IsSatisfiedBy(Instance instance) => instance.Gtid.Executed.Contains(Position);

    public override Topology Effect(Topology topology) => Change(topology, i => i with
    {
        Gtid = i.Gtid with { Executed = i.Gtid.Executed.Union(Position) },
        Links = [.. i.Links.Select(l => Concerns(l) ? CaughtUp(l) : l)],
    });

    private static ReplicationLink CaughtUp(ReplicationLink link) =>
        link with { LagSeconds = 0, ExecutedPosition = link.ReadPosition };
}
