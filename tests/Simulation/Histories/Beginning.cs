using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Storing;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>A healthy cluster at the first instant of a history.</summary>
internal static class Beginning
{
    private static readonly long Connected = Ticks.Of(0.05);

    public static void Of(World world)
    {
        var shape = world.Shape;
        var first = world.NewTransaction(world.Servers[0], Author.Client);
        foreach (var server in world.Servers)
        {
            server.Log(first);
            server.Executed.Add(first);
            if (server.Index > 0) server.Flavour.Replicated(first);
        }
        if (shape.WaitFor > 0)
        {
            world.Servers[0].Source.SetSemiSync(true, shape.WaitFor, shape.SemiSyncTimeout);
            foreach (var replica in world.Servers.Skip(1)) replica.Replica.SetAcknowledging(true);
        }
        world.Servers[0].ReadOnly = false;
        foreach (var replica in world.Servers.Skip(1))
            replica.Replica.Follow(world.Servers[shape.Sources[replica.Index]]);
        // With a source of chance of its own: histories without it stay as they were.
        var chance = world.Fork(4);
        if (chance.Chance(0.12) && world.Servers[1 + chance.Below(world.Servers.Length - 1)] is var two) two.Other = new OtherChannel(two);
        if (world.Fork(5).Chance(0.3)) Schedule(world);
        foreach (var server in world.Servers) new EventRuns(server).Begin();
        foreach (var server in world.Servers) server.NoteFlags();
        Discover(world);
        // Replicas need a moment to connect, and their source counts them then.
        world.Queue.At(Connected, () => Discover(world));
        Describe(world);
    }

    // Before any process has begun: it is what they find in the store.
    private static void Discover(World world)
    {
        foreach (var server in world.Servers)
            world.Store.Put(new StoredServer { Key = server.Key, PromotionRule = world.Shape.Rules[server.Index], LastSeen = Sighting.Of(server, null), LastSeenAt = ModelProcess.Epoch });
    }

    // The primary runs two events, a third one was disabled there by a person; its replicas leave all of them to it.
    private static void Schedule(World world)
    {
        EventNames runs = EventNames.Of(["`shop`.`nightly`", "`shop`.`purge`"]), idle = EventNames.Of(["`shop`.`report`"]);
        foreach (var replica in world.Servers)
            replica.Events = ScheduledEvents.None with { ReplicaSide = runs.With(idle) };
        world.Servers[0].Events = ScheduledEvents.None with { Enabled = runs, Disabled = idle };
    }

    private static void Describe(World world)
    {
        if (world.Play is not { } play) return;
        var (shape, mode) = (world.Shape, world.Mode);
        play.Head($"seed {world.Seed} {mode} {shape.Flavor}");
        foreach (var server in world.Servers) play.Head(Line(world, server));
        var watch = shape.EveryoneWatches ? "each of them watches" : "one of them watches";
        play.Head($"processes {shape.Processes}, {watch}; possible loss is {(shape.Policy.AllowPossibleLoss ? "allowed" : "refused")}");
        play.Head("----");
    }

    private static string Line(World world, ModelServer server)
    {
        var (shape, of) = (world.Shape, server.Shape);
        var role = server.Index == 0 ? "rw" : $"ro <{world.Servers[shape.Sources[server.Index]].Name}";
        var semi = shape.WaitFor == 0 ? "" : server.Index == 0 ? $" semi=source:{shape.WaitFor} timeout={shape.SemiSyncTimeout}ms" : " semi=replica";
        var start = of.ReadOnlyAtStart ? "ro" : "rw";
        var delay = of.DelaySeconds > 0 ? $" delay={of.DelaySeconds}s" : "";
        return $"{server.Name} {role}{semi} rule={shape.Rules[server.Index]} place={of.DataCenter} starts={start}"
            + $" relay-log-recovery={(of.RelayLogRecovery ? "on" : "off")}{delay}{(of.LogsReplicaUpdates ? "" : " logs-no-updates")}"
            + (server.Events is null ? "" : " events")
            + (of.NoticesLate ? $" heartbeat={of.Heartbeat / Time.Ticks.Second}s" : "")
            + (server.Other is null ? "" : $" channel={OtherChannel.Name}");
    }
}
