using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Histories;
using OrchestratorFunctions.Simulation.Judging;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>
/// Replicas that turn somebody away, as operators leave them: one is set offline for a while, some lack the replication
/// account, one lacks a privilege of our account. Whether that can be looked up is drawn too. It has a source of chance of
/// its own: histories without it stay as they were.
/// </summary>
internal sealed class Admissions(World world)
{
    private readonly Random64 random = world.Fork(5);

    /// <param name="main">When the main event of the history is.</param>
    public void Schedule(long main)
    {
        var which = random.Part();
        if (which < 0.04 && world.Servers[0].Flavour.HasOfflineMode) GoOffline(AnyReplica, main);
        else if (which < 0.04) return;
        else if (which < 0.08) DropAccount(main);
        else if (which < 0.12) RevokePrivileges(main);
    }

    private ModelServer AnyReplica => world.Servers[1 + random.Below(world.Servers.Length - 1)];

    private void GoOffline(ModelServer server, long main)
    {
        var at = Math.Max(Ticks.Of(0.5), main - random.Between(0, Ticks.Of(7)));
        world.Queue.At(at, () => server.Admission.SetOffline(true));
        Later(at, 4, 25, () => server.Admission.SetOffline(false));
    }

    // Connections that are open stay: an account that is gone is missed when somebody logs in.
    private void DropAccount(long main)
    {
        var isTold = random.Chance(0.5);
        foreach (var server in world.Servers) server.Admission.TellsAccounts = isTold;
        ModelServer[] without = random.Chance(0.3) ? world.Servers[1..] : [AnyReplica];
        world.Queue.At(Ticks.Of(0.3), () => Set(without, false));
        if (!random.Chance(0.3)) return;
        Later(main, 2, 15, () => Set(without, true));
    }

    private void Set(ModelServer[] servers, bool has)
    {
        foreach (var server in servers)
        {
            server.Admission.SetAccount(has);
            world.Play?.Say(server.Name, has ? "has the replication account again" : "has lost the replication account");
        }
    }

    private void RevokePrivileges(long main)
    {
        var isTold = random.Chance(0.5);
        foreach (var server in world.Servers) server.Admission.TellsRights = isTold;
        var poor = AnyReplica;
        poor.Admission.Revoke(random.Of(poor.Flavour.MayLack));
        world.Play?.Say(poor.Name, $"does not allow our account {poor.Admission.Missing.All}, and {(isTold ? "tells" : "does not tell")}");
        if (random.Chance(0.3)) Later(main, 2, 15, poor.Admission.Grant);
    }

    private void Later(long from, double least, double most, Action happens)
    {
        var at = from + random.Between(Ticks.Of(least), Ticks.Of(most));
        if (world.Mode == HistoryMode.Liveness) at = Math.Min(at, LivenessRules.FaultsEnd);
        world.Queue.At(at, happens);
    }
}
