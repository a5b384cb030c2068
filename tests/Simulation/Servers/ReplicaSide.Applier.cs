using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Servers;

/// <content>The applier executes the relay log, one transaction after the other, some while after it was committed.</content>
public sealed partial class ReplicaSide
{
    private void Apply()
    {
        if (isApplying || Applier != ReplicationThread.Running || IsApplierStuck) return;
        if (relay.Count == 0 || server.IsDiskFull || !server.IsUp) return;
        isApplying = true;
        var takes = server.ApplyTakes + (server.Shape.DelaySeconds * Ticks.Second);
        server.After(takes, () =>
        {
            isApplying = false;
            if (Applier != ReplicationThread.Running || IsApplierStuck || relay.Count == 0 || server.IsDiskFull) return;
            var one = relay[0];
            if (server.Flavour.WhyNotApply(one) is var error and not 0)
            {
                (Applier, ApplierError) = (ReplicationThread.Stopped, error);
                World.Play?.Say(server.Name, $"cannot apply {one}: error {error}");
                return;
            }
            relay.RemoveAt(0);
            if (server.Executed.Has(one))
            {
                Apply();
                return;
            }
            isApplying = true;
            server.Flavour.Replicated(one);
            server.Source.Commit(one, _ =>
            {
                isApplying = false;
                Apply();
            });
        });
    }
}
