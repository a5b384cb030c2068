using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Looks at servers as MySql/Probing does: one question, one answer, and a memory of counters that stand still.</summary>
public sealed class Prober(ModelProcess process)
{
    private static readonly ProbeOutcome Refused = new ProbeOutcome.Failed(ProbeFailureKind.Refused, "nothing listens there", 1042);
    private static readonly ProbeOutcome TimedOut = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time", 1042);

    private readonly (int Heard, int Source, TimeSpan Since, bool Repeated)?[] counters = new (int, int, TimeSpan, bool)?[8];

    private World World => process.World;

    public void Look(ModelServer server, TimeSpan timeout, Action<ProbeOutcome> then)
    {
        var (life, isOver) = (process.Life, false);
        void End(ProbeOutcome outcome)
        {
            if (isOver) return;
            isOver = true;
            then(outcome);
        }
        World.Network.Send(process.Place, server.Place, () => server.Arrive(
            () =>
            {
                // Its silence is judged by the asking process, so the picture is completed there.
                var (heard, source) = (server.Replica.Heard, server.Replica.Source?.Index ?? -1);
                var seen = Sighting.Of(server, null);
                World.Network.Send(server.Place, process.Place, () => process.Hear(life, () =>
                {
                    if (!isOver) End(new ProbeOutcome.Seen(WithSilence(seen, server.Index, heard, source)));
                }));
            },
            () => World.Network.Send(server.Place, process.Place, () => process.Hear(life, () => End(Refused)))));
        process.After(timeout, () => End(TimedOut));
    }

    private Instance WithSilence(Instance seen, int server, int heard, int source)
    {
        if (seen.Links.IsEmpty) return seen;
        var last = counters[server];
        var isSame = last is { } l && l.Heard == heard && l.Source == source;
        var now = isSame ? (heard, source, last!.Value.Since, true) : (heard, source, process.Running, last is not null);
        counters[server] = now;
        TimeSpan? silent = now.Item4 ? process.Running - now.Item3 : null;
        return seen with { Links = [seen.Links[0] with { SilentFor = silent }] };
    }
}
