using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>
/// S1 after the opening: of two servers that follow nobody and accept writes, one opened by a recovery, the other one is
/// closed soon when a process that may act could see both all the time. Every overlap is measured.
/// </summary>
internal sealed class OverlapRule(World world, Judge judge)
{
    /// <summary>Marks are read every 5 s, the record is stored, the statement has 5 s.</summary>
    private static readonly long Bound = Ticks.Of(8);

    /// <summary>
    /// A look waits so many seconds for its answer. Closing a server takes several answers of the store, and the lease
    /// is kept by them: one that takes longer, there and back, is as good as away.
    /// </summary>
    private const double Slowest = 1;

    private long since = -1, visibleSince = -1;
    private int lives;
    private bool isLooking;

    /// <summary>For how long two servers accepted writes, in ticks.</summary>
    public long Total { get; private set; }

    public void FlagsChanged(ModelServer server)
    {
        // It may not be made yet.
        if (world.Servers is null) return;
        var isOverlap = world.Servers.Count(IsOpen) > 1;
        if (isOverlap && since < 0)
        {
            (since, visibleSince) = (world.Now, -1);
            world.Play?.Say("!", $"two servers accept writes: {string.Join(", ", world.Servers.Where(IsOpen).Select(s => s.Name))}");
            if (!isLooking) Look();
        }
        if (isOverlap || since < 0) return;
        Total += world.Now - since;
        since = -1;
    }

    // While it is being closed new writes wait, be it that it does not show.
    private static bool IsOpen(ModelServer server) => server.AcceptsWrites && !server.IsBeingClosed && server.Replica.Source is null;

    private void Look()
    {
        isLooking = since >= 0;
        if (!isLooking) return;
        // One that was killed and started again between two looks was away.
        var isSeenOn = IsVisible() && lives == Lives;
        lives = Lives;
        if (!isSeenOn) visibleSince = -1;
        else if (visibleSince < 0) visibleSince = world.Now;
        else if (world.Now - visibleSince > Bound)
        {
            var open = string.Join(" and ", world.Servers.Where(IsOpen).Select(s => s.Name));
            judge.Report("S1", $"{open} have accepted writes side by side for {Bound / Ticks.Second} s in plain sight");
            visibleSince = -1;
        }
        world.Queue.At(world.Now + Ticks.Second, Look);
    }

    private int Lives => world.Processes.Sum(p => p.Life);

    // Opened by hand is the operator's business; where our account lacks the privilege, nobody of us can close it.
    private bool IsVisible() => judge.ByHandAt < 0 && MayActSoon() && world.Store is { IsAway: false, IsRecoveryEnabled: true, LosesAnswers: 0 }
        && world.Processes.All(p => p is { IsUp: true, IsPaused: false } && Reaches(p.Place, world.Store.Place)
            && world.Servers.All(s => IsOpen(s) ? s.IsRunning && !s.IsDiskFull && s.Admission.Missing.ForRole.Length == 0 && Judge.IsFound(s, world.Now) && Reaches(p.Place, s.Place) : true));

    // A process that was killed left its leases. Until they have run out nobody may act, its own next life neither.
    private bool MayActSoon() => !IsLeftBehind(RunningRecovery.LeaseName) && !IsLeftBehind(Watch.LeaseName);

    private bool IsLeftBehind(string name) => world.Store.LeaseOf(name) is { Holder.Length: > 0 } row
        && world.Processes.Any(p => row.Until > p.Wall) && !world.Processes.Any(p => IsOf(p, row.Holder));

    private static bool IsOf(ModelProcess process, string holder)
    {
        var life = $"{process.Name}/{process.Life}";
        return process.IsUp && (holder == life || holder.StartsWith(life + "/", StringComparison.Ordinal));
    }

    private bool Reaches(int from, int to) => world.Network.WholeSince(from, to, Slowest) <= world.Now;
}
