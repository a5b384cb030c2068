using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Storing;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Faults;

/// <summary>What can go wrong, and what operators do at the wrong moment.</summary>
internal sealed class FaultMenu(World world)
{
    private readonly NetworkFaults network = new(world);
    private readonly ServerFaults servers = new(world);
    private readonly AskedChanges changes = new(world);

    private Random64 Random => world.Random;
    private ModelServer Writer => world.Servers[world.Judge.Writer];
    private ModelServer AnyServer => world.Servers[Random.Below(world.Servers.Length)];
    private ModelServer AnyReplica => Random.Of(world.Servers.Where(s => s != Writer).ToArray());
    private ModelProcess AnyProcess => world.Judge.Runs.Count > 0 && Random.Chance(0.8)
        ? world.Judge.Runs[^1].Process : world.Processes[Random.Below(world.Processes.Length)];

    /// <summary>Most often the primary dies; else an operator asks for something.</summary>
    public void Main()
    {
        if (world.ChangesServers)
        {
            changes.Ask();
            Later(0, 1, () => changes.Ask());
        }
        var which = Random.Below(100);
        if (which < 44) LosePrimary();
        else if (which < 54) LosePrimaryWithOneHolder();
        else if (which < 62) LosePrimaryAndWatcher();
        else if (which < 78) Order(PlanKinds.Takeover);
        else if (which < 80) CloseByHand();
        else if (which < 86) OrderFromAfar();
        else if (which < 92) Order(PlanKinds.Relocate);
        else Other();
    }

    public void Other()
    {
        switch (Random.Below(28))
        {
            case 0: LosePrimary(); break;
            case 1 or 2: Lose(AnyReplica); break;
            case 3: Standstill(AnyServer, 0.2, 8); break;
            case 4: Standstill(Writer, 0.2, 6); break;
            case 5 or 6: network.Part(AnyServer.Place, PlaceOfSomebody(), Random.Chance(0.4)); break;
            case 7: network.Isolate(AnyServer.Place); break;
            case 8: network.Isolate(AnyProcess.Place); break;
            case 9: network.Slow(AnyProcess.Place, Random.Chance(0.5) ? world.Store.Place : AnyServer.Place); break;
            case 10 or 11: KillProcess(); break;
            case 12 or 13: StopProcess(); break;
            case 14: StoreAway(); break;
            case 15: StoreForgetsAnswers(); break;
            case 16: JumpClock(); break;
            case 17: StealLease(); break;
            case 18: servers.Lag(AnyReplica); break;
            case 19: servers.Stick(AnyReplica); break;
            case 20: servers.WriteErrant(AnyReplica); break;
            case 21: servers.FillDisk(Random.Chance(0.7) ? AnyReplica : Writer); break;
            case 22 or 26 or 27: ByHand(); break;
            case 23: Order(Random.Chance(0.7) ? PlanKinds.Takeover : PlanKinds.Relocate); break;
            case 24: Veto(); break;
            case 25: Cancel(); break;
        }
    }

    private void LosePrimary()
    {
        var which = Random.Below(10);
        if (which < 7) Lose(Writer);
        else if (which < 9) Standstill(Writer, 3, 12);
        else network.Isolate(Writer.Place);
    }

    // What was acknowledged last is on one replica only, and not applied there.
    private void LosePrimaryWithOneHolder()
    {
        var (primary, holder) = (Writer, AnyReplica);
        servers.Lag(holder);
        foreach (var other in world.Servers.Where(s => s != primary && s != holder)) world.Network.Cut(primary.Place, other.Place);
        Later(0.3, 1.5, () =>
        {
            primary.Kill(withHost: Random.Chance(0.3));
            foreach (var other in world.Servers) world.Network.Heal(primary.Place, other.Place);
            if (Random.Chance(0.4)) Later(0.4, 10, primary.Start);
        });
    }

    // The process that replaces it dies between what it stored and what it does, and the primary comes back meanwhile.
    private void LosePrimaryAndWatcher()
    {
        foreach (var process in world.Processes) process.DiesAfterSaves = 1 + Random.Below(6);
        var primary = Writer;
        primary.Kill(withHost: false);
        Later(3, 14, primary.Start);
    }

    // An operator's command runs in another region than the servers.
    private void OrderFromAfar()
    {
        var process = world.Processes[^1];
        foreach (var server in world.Servers)
        {
            var by = Random.Between(Ticks.Of(0.06), Ticks.Of(0.18));
            world.Network.Slow(process.Place, server.Place, by);
            world.Network.Slow(server.Place, process.Place, by);
        }
        world.Play?.Say("network", $"is slow between {process.Name} and all servers");
        Order(PlanKinds.Takeover, process);
    }

    private void Lose(ModelServer server)
    {
        server.Kill(withHost: Random.Chance(0.3));
        if (Random.Chance(0.65)) Later(0.4, 10, server.Start);
    }

    private void Standstill(ModelServer server, double least, double most)
    {
        server.Pause();
        Later(least, most, server.Continue);
    }

    private int PlaceOfSomebody() => Random.Below(3) switch
    {
        0 => AnyServer.Place,
        1 => AnyProcess.Place,
        _ => AnyServer.Place,
    };

    private void KillProcess()
    {
        var process = AnyProcess;
        process.DiesAfter = Random.Chance(0.3) ? 0 : Random.Below(60);
    }

    private void StopProcess()
    {
        var process = AnyProcess;
        process.Pause();
        Later(0.3, Random.Chance(0.5) ? 4 : 20, process.Continue);
    }

    private void StoreAway()
    {
        world.Play?.Say("store", "is away");
        world.Store.IsAway = true;
        Later(0.5, 14, () =>
        {
            world.Play?.Say("store", "is back");
            world.Store.IsAway = false;
        });
    }

    private void StoreForgetsAnswers()
    {
        world.Play?.Say("store", "loses answers");
        world.Store.LosesAnswers = 0.4;
        Later(1, 8, () => world.Store.LosesAnswers = 0);
    }

    // Leases are only as good as clocks agree within their length.
    private void JumpClock()
    {
        var process = AnyProcess;
        world.Judge.HasClockJumped = true;
        process.WallOffset += Random.Between(-Ticks.Of(1.2), Ticks.Of(1.2));
        world.Play?.Say(process.Name, "has another time");
    }

    private void StealLease()
    {
        if (world.Store.LeaseOf(RunningRecovery.LeaseName) is not { } row) return;
        world.Play?.Say("store", $"gives the lease of epoch {row.Epoch} to somebody else");
        world.Store.Steal(RunningRecovery.LeaseName);
        world.Judge.LeaseStolenAt = world.Now;
    }

    // Somebody opens a replica in the middle of it all, or opens what was closed.
    private void ByHand()
    {
        var server = Random.Chance(0.6) ? AnyReplica : Writer;
        if (!server.IsRunning || world.Mode == Histories.HistoryMode.Liveness) return;
        world.Judge.ByHandAt = world.Now;
        server.Replica.ForgetByHand();
        new StatementRun(server, [new Statement.Open("", IsByHand: true)], _ => { }).Begin();
    }

    // Somebody closes the primary, and asks for another one, or for this one again.
    private void CloseByHand()
    {
        if (!Writer.IsRunning || world.Mode == Histories.HistoryMode.Liveness)
        {
            Order(PlanKinds.Takeover);
            return;
        }
        world.Judge.ByHandAt = world.Now;
        world.Play?.Say("operator", $"closes {Writer.Name}");
        new StatementRun(Writer, [new Statement.Close(CutsClientsOff: false)], _ => { }).Begin();
        Later(0.5, 4, () => Order(Random.Chance(0.7) ? PlanKinds.Takeover : PlanKinds.OpenPrimary));
    }

    private void Order(PlanKind kind, ModelProcess? by = null)
    {
        var process = by ?? AnyProcess;
        if (!process.IsUp) return;
        var subject = kind == PlanKinds.Relocate ? AnyReplica.Key : Writer.Key;
        InstanceKey? target = kind == PlanKinds.Relocate ? AnyServer.Key : Random.Chance(0.4) ? AnyReplica.Key : null;
        if (kind == PlanKinds.OpenPrimary) target = null;
        world.Play?.Say("operator", $"asks {process.Name} for {kind} of {subject.Host}{(target is null ? "" : $" to {target.Host}")}");
        process.Hear(process.Life, () => process.Recoveries.Order(kind, subject, target));
    }

    private void Veto()
    {
        world.Play?.Say("operator", "disables recovery");
        world.Store.IsRecoveryEnabled = false;
        Later(1, 10, () => world.Store.IsRecoveryEnabled = true);
    }

    private void Cancel()
    {
        world.Play?.Say("operator", "cancels");
        world.Store.Word = new OperatorSignal(SignalKind.Cancel, "operator", "", DateTimeOffset.UnixEpoch);
        Later(2, 6, () => world.Store.Word = null);
    }

    private void Later(double least, double most, Action happens) => world.Later(least, most, happens);
}
