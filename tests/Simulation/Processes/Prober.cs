using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>Looks at servers as MySql/Probing does: one question, one answer, and a memory of counters that stand still.</summary>
public sealed class Prober(ModelProcess process)
{
    private static readonly ProbeOutcome Refused = new ProbeOutcome.Failed(ProbeFailureKind.Refused, "nothing listens there", 1042);
    private static readonly ProbeOutcome TimedOut = new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time", 1042);

    private readonly (int Heard, int Source, TimeSpan Since, bool Repeated, bool Moved)?[] counters = new (int, int, TimeSpan, bool, bool)?[Addresses.Most];

    // The server that the open session to an address leads to, its life, and since when; a session ends with that life.
    private readonly (int Life, ModelServer? Server, int ServerLife, TimeSpan Since)[] sessions = new (int, ModelServer?, int, TimeSpan)[Addresses.Most];

    private World World => process.World;

    public void Look(InstanceKey key, TimeSpan timeout, Action<ProbeOutcome> then)
    {
        var (life, isOver, asked, at) = (process.Life, false, process.Running, World.Addresses.NumberOf(key));
        void End(ProbeOutcome outcome)
        {
            if (isOver) return;
            isOver = true;
            then(outcome);
        }
        World.Addresses.Ask(
            process.Place, key,
            server =>
            {
                // Its silence is judged by the asking process, so the picture is completed there.
                var (heard, source) = (server.Replica.Heard, server.Replica.Source?.Index ?? -1);
                var (seen, ago, serverLife) = (Sighting.Of(server, null), server.Replica.HeardAgo, server.Life);
                var unanswered = server.Unanswered;
                World.Network.Send(server.Place, process.Place, () => process.Hear(life, () =>
                {
                    if (isOver) return;
                    var aged = seen with { SessionAge = SessionAge(at, server, life, serverLife, asked) };
                    if (unanswered != InstanceParts.None) aged = Sighting.Without(aged, unanswered);
                    var timed = unanswered.HasFlag(InstanceParts.Silence) ? aged : WithSilence(aged, at, heard, source, ago);
                    End(unanswered == InstanceParts.None ? new ProbeOutcome.Seen(timed) : new ProbeOutcome.Partly(timed, [$"{unanswered}"]));
                }));
            },
            place => World.Network.Send(place, process.Place, () => process.Hear(life, () => End(Refused))));
        process.After(timeout, () => End(TimedOut));
    }

    // As old as it was when the question was sent on it; a new one is opened with the question.
    private TimeSpan SessionAge(int at, ModelServer server, int life, int serverLife, TimeSpan asked)
    {
        var open = sessions[at];
        if (open.Life != life || open.Server != server || open.ServerLife != serverLife)
            sessions[at] = open = (life, server, serverLife, process.Running);
        return asked > open.Since ? asked - open.Since : TimeSpan.Zero;
    }

    // Until the counters were seen to move, what a receiver that is not connected tells may be longer.
    private Instance WithSilence(Instance seen, int at, int heard, int source, TimeSpan toldAgo)
    {
        if (seen.Links.FirstOrDefault(l => l.Channel.Length == 0) is not { } link) return seen;
        // While its receiver has no room it cannot hear: silence begins when it has (MySql/Reading/LinkMapping.Counters).
        heard = (2 * heard) + (link.HeldUpBy.Length > 0 ? 1 : 0);
        var last = counters[at];
        var isSame = last is { } l && l.Heard == heard && l.Source == source;
        counters[at] = isSame
            ? (heard, source, last!.Value.Since, true, last.Value.Moved)
            : (heard, source, process.Running, last is not null, last is not null);
        var now = counters[at]!.Value;
        TimeSpan? counted = now.Repeated ? process.Running - now.Since : null;
        var isTold = World.Servers[0].Flavour.TellsSilence && link.Receiver != ReplicationThread.Running && !now.Moved && !(toldAgo < counted);
        return seen with { Links = seen.Links.Replace(link, link with { SilentFor = isTold ? toldAgo : counted }) };
    }
}
