namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>Faults stop on a healthy core: everything that can come back does, but for one server at most.</summary>
internal static class Calm
{
    public static void Down(World world)
    {
        world.IsCalm = true;
        world.Play?.Say("---", "faults stop");
        world.Network.HealAll();
        (world.Store.IsAway, world.Store.LosesAnswers, world.Store.IsRecoveryEnabled, world.Store.Word) = (false, 0, true, null);
        foreach (var process in world.Processes)
        {
            (process.DiesAfter, process.DiesAfterSaves) = (-1, 0);
            process.Continue();
            process.Start();
        }
        // Without it there are still as many replicas as a commit waits for.
        var maySpareOne = world.Servers.Length - 2 >= Math.Max(1, world.Shape.WaitFor);
        var gone = maySpareOne && world.Random.Chance(0.7) ? world.Servers.FirstOrDefault(s => !s.IsUp) : null;
        if (gone is not null && Acknowledging(world, gone) < world.Shape.WaitFor) gone = null;
        if (gone is not null && IsLastReplica(world, gone)) gone = null;
        foreach (var server in world.Servers)
        {
            if (server != gone) server.Start();
            server.Continue();
            server.FillDisk(false);
            server.Replica.Stick(false);
            server.ApplyTakes = server.Shape.ApplyTakes;
        }
    }

    // A primary that restarted closed is opened by a person while none of its replicas is seen (decision 0019).
    private static bool IsLastReplica(World world, Servers.ModelServer gone) =>
        gone.Replica.Source is { } source && !world.Servers.Any(s => s != gone && s.Replica.Source == source);

    // A former primary waits for an operator, and what follows a replica acknowledges to that.
    private static int Acknowledging(World world, Servers.ModelServer gone) => world.Servers.Count(s =>
        s != gone && !world.Store.Ledger.IsFormerPrimary(s.Key) && s.Replica.Source is { } source && source != gone && source.Replica.Source is null);
}
