using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// A server restarts at another port or on another host, or two exchange their addresses. Its replicas go on asking the
/// old address until somebody points them elsewhere. A person does, and names the new address, soon, late or never. It has
/// a source of chance of its own: histories without it stay as they were.
/// </summary>
internal sealed class ChangedAddresses(World world)
{
    private const double Moves = 0.065, Swaps = 0.015;

    private static readonly long AskAgain = Ticks.Of(4);

    private readonly Random64 random = world.Fork(62);
    private readonly List<(ModelServer Replica, InstanceKey Address, ModelServer Source)> wished = [];

    /// <param name="isForced">
    /// Every history has one of the faults. Else servers of MariaDB have none: what such a server is follows from its
    /// address in part (host name, port), and in the model it does not.
    /// </param>
    public static HistoryShape Drawn(HistoryShape shape, Random64 random, bool isForced)
    {
        if (!isForced && shape.Flavor == ServerFlavor.MariaDb) return shape;
        var which = random.Part() * (isForced ? Moves + Swaps : 1);
        var fault = which < Moves ? AddressFault.Moves : which < Moves + Swaps ? AddressFault.Swap : AddressFault.None;
        return fault == AddressFault.None ? shape : shape with { AddressFault = fault, NamesReplicas = random.Chance(0.7) };
    }

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        if (world.Shape.AddressFault == AddressFault.None) return;
        var at = Math.Max(Ticks.Of(1), main + random.Between(-Ticks.Of(3), Ticks.Of(random.Chance(0.6) ? 4 : 8)));
        var (first, second) = Two();
        if (world.Shape.AddressFault == AddressFault.Moves) At(at, () => Move(first));
        else At(at, () => Swap(first, second));
        var (asks, points) = (random.Between(Ticks.Of(1), Ticks.Of(8)), random.Between(Ticks.Of(0.5), Ticks.Of(8)));
        if (random.Chance(0.6)) At(at + asks, () => Discover(first));
        if (random.Chance(0.5)) At(at + points, PointByHand);
        if (world.Mode == HistoryMode.Liveness) SeeTo(first, second);
    }

    private (ModelServer First, ModelServer Second) Two()
    {
        var first = random.Chance(0.5) ? world.Servers[0] : world.Servers[random.Below(world.Servers.Length)];
        var others = world.Servers.Where(s => s != first).ToArray();
        return (first, others[random.Below(others.Length)]);
    }

    // Whoever moved a server goes on until it is known where it is, and is followed there.
    private void SeeTo(ModelServer first, ModelServer second)
    {
        for (var at = LivenessRules.FaultsEnd + Ticks.Second; at < LivenessRules.FaultsEnd + (LivenessRules.Bound / 2); at += AskAgain)
        {
            var isLate = at > LivenessRules.FaultsEnd + (3 * AskAgain);
            world.Queue.At(at, () =>
            {
                PointByHand();
                PointStray();
                if (first.FoundSince == long.MaxValue) Discover(first);
                else if (second.FoundSince == long.MaxValue) Discover(second);
                if (!isLate) return;
                LetGo(first, second);
                LetGo(second, first);
            });
        }
    }

    // A server answers at the address of another one that does not come back: discovery says that it is taken up there when
    // the other one is let go.
    private void LetGo(ModelServer lost, ModelServer found)
    {
        if (lost.IsUp || !found.IsRunning || found.FoundSince != long.MaxValue || found.Address != lost.Key || world.Store.Active is not null) return;
        if (world.Processes.FirstOrDefault(p => p.IsUp && p.Watch.IsWatching) is not { } process || Forgetting.WhyNot(process.Watch.Topology, lost.Key) is not null) return;
        var ledger = world.Store.Ledger;
        if (!world.Store.Settle(ledger.Without(Forgetting.DebtsOf(ledger, lost.Key).Contains) with { Version = ledger.Version + 1 })) return;
        world.Play?.Say("operator", $"forgets {lost.Key}");
        world.Store.Remove(lost.Key);
    }

    private void Move(ModelServer server)
    {
        Wish(server);
        server.Kill(withHost: false);
        var (host, port) = (server.Address.Host, server.Address.Port);
        world.Addresses.Move(server, random.Chance(0.5) ? new(host, port + 1) : new($"new{server.Index + 1}", port));
        StartSoon(server);
    }

    private void Swap(ModelServer one, ModelServer other)
    {
        Wish(one, other);
        one.Kill(withHost: false);
        other.Kill(withHost: false);
        world.Addresses.Swap(one, other);
        StartSoon(one);
        StartSoon(other);
    }

    private void StartSoon(ModelServer server) => At(world.Now + random.Between(Ticks.Of(0.3), Ticks.Of(5)), server.Start);

    // Who follows them, and by which address.
    private void Wish(params ReadOnlySpan<ModelServer> moved)
    {
        foreach (var replica in world.Servers)
            if (replica.Replica is { Source: { } source, Address: { } address } && moved.Contains(source)) wished.Add((replica, address, source));
    }

    private void Discover(ModelServer server)
    {
        var process = world.Processes[random.Below(world.Processes.Length)];
        if (process.IsUp) process.Hear(process.Life, () => process.Discoveries.Discover(server.Address));
    }

    // Not while a recovery runs. A replica that was pointed elsewhere since is left alone, and one whose source was replaced is pointed to the server
    // that clients write to.
    private void PointByHand()
    {
        if (world.Store.Active is not null) return;
        foreach (var (replica, address, source) in wished)
        {
            if (replica.Replica.Address != address || address == source.Address || !replica.IsRunning || !replica.Replica.Unapplied.All(source.Logged.Has)) continue;
            var to = world.Store.Ledger.IsFormerPrimary(source.Key) ? world.Servers[world.Judge.Writer] : source;
            if (to != replica) replica.Replica.PointByHand(to);
        }
    }

    // Whose address leads to nobody, to itself, or to another server than the one it followed.
    private void PointStray()
    {
        foreach (var server in world.Servers)
            if (server is { IsRunning: true, Replica: { Source: { } source, Address: { } address, Receiver: not ReplicationThread.Running } }
                && server.Replica.Unapplied.All(source.Logged.Has) && world.Addresses.At(address) != source && !world.Store.Ledger.IsFormerPrimary(source.Key))
                server.Replica.PointByHand(source);
    }

    private void At(long at, Action happens) =>
        world.Queue.At(world.Mode == HistoryMode.Liveness ? Math.Min(at, LivenessRules.FaultsEnd) : at, happens);
}
