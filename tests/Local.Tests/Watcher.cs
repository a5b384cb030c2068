using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests;

/// <summary>The watching and recovering half of <c>serve</c> in this process, over a discovered fleet.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    /// <summary>Further rounds after which something that should not happen had its chance: at the tests' interval more than the silence confirmation.</summary>
    private const int Rounds = 25;

    private readonly CancellationTokenSource stop = new();
    private readonly Task flows;
    private ImmutableArray<Analysis> judged = [];
    private int rounds;

    private Watcher(Place place, LocalRoom room, ClusterId cluster, bool watches)
    {
        (Place, Room, Cluster) = (place, room, cluster);
        room.Flow.DetectFailures.Judged += (_, analyses) =>
        {
            judged = analyses;
            Interlocked.Increment(ref rounds);
        };
        flows = Task.WhenAll(watches ? room.Flow.Watch.RunAsync(stop.Token) : Task.CompletedTask, room.Receive.RunAsync(stop.Token), room.Flow.Runs.RunAsync(TimeSpan.FromSeconds(5), stop.Token));
    }

    public Place Place { get; }
    public LocalRoom Room { get; }
    public ClusterId Cluster { get; }
    public IEnumerable<AnalysisCode> Problems => judged.Select(a => a.Code);

    public Topology Topology => Room.Flow.Watch.Topologies.Single();

    /// <summary>Discovers the fleet, watches it, and returns when every server was seen.</summary>
    public static async Task<Watcher> StartAsync(ServerFleet fleet, params string[] settings) => await StartAsync(fleet, await Place.NewAsync(settings));

    public static async Task<Watcher> StartAsync(ServerFleet fleet, Place place)
    {
        var watcher = await DiscoverAsync(fleet.Primary, place);
        await Eventually.HoldsAsync("every server is seen", () => watcher.Room.Flow.Watch.Topologies is [var t] && t.Members.Length == fleet.Servers.Count && t.Members.All(m => m.IsSeen));
        return watcher;
    }

    /// <summary>Discovers from one server, and returns when that and so many others are members.</summary>
    public static async Task<Watcher> StartAsync(FleetServer seed, int members)
    {
        var watcher = await DiscoverAsync(seed, await Place.NewAsync());
        await Eventually.HoldsAsync($"{members} members are known", () => watcher.Room.Flow.Watch.Topologies.Any(t => t.Members.Length == members && t[seed.Key()] is { IsSeen: true }));
        return watcher;
    }

    private static async Task<Watcher> DiscoverAsync(FleetServer seed, Place place)
    {
        var room = await place.OpenAsync();
        var found = await room.Flow.Discover.RunAsync([seed.Key()], "shop", CancellationToken.None);
        Assert.Empty(found.Refusals);
        return new Watcher(place, room, Assert.Single(found.Clusters, c => c[seed.Key()] is not null).Cluster, watches: true);
    }

    /// <summary>Another process that only recovers, or stands by as a watcher too.</summary>
    public async Task<Watcher> AnotherAsync(bool watches, params string[] settings) => new(Place, await Place.OpenAsync(null, settings), Cluster, watches);

    /// <summary>Waits until something is seen, and then until the watcher had its chance to act on it.</summary>
    public async Task LookOnAsync(string what, Func<Topology, bool> visible)
    {
        await Eventually.HoldsAsync(what, () => visible(Topology), TellAsync);
        var from = rounds;
        await Eventually.HoldsAsync($"{Rounds} more rounds", () => rounds >= from + Rounds, TellAsync);
    }

    public Task LookOnAsync(AnalysisCode problem) => LookOnAsync($"{problem} is found", _ => Problems.Contains(problem));

    /// <summary>Nothing was begun; reasons for that may have been recorded.</summary>
    public async Task AssertNothingBegunAsync()
    {
        Assert.All(await ReadAsync(), r => Assert.True(r.IsHeld, r.Outcome?.Says ?? "under way"));
        Assert.Null(await Room.Ports.Recoveries.ReadActiveAsync(Cluster, CancellationToken.None));
    }

    public async Task<RecoveryOutcome.Held> HeldAsync()
    {
        await Eventually.HoldsAsync("a reason is recorded", async () => (await ReadAsync()).Any(r => r.IsHeld), TellAsync);
        return (RecoveryOutcome.Held)(await ReadAsync()).First(r => r.IsHeld).Outcome!;
    }

    /// <summary>The recovery of that kind, when it has ended.</summary>
    public async Task<Recovery> RecoveredAsync(PlanKind? of = null)
    {
        var kind = of ?? PlanKinds.DeadPrimary;
        await Eventually.HoldsAsync($"a recovery {kind} ends", async () => (await ReadAsync()).Any(r => r.Kind == kind && r is { IsEnded: true, IsHeld: false }), TellAsync);
        return (await ReadAsync()).First(r => r.Kind == kind && r is { IsEnded: true, IsHeld: false });
    }

    /// <summary>The same, and it promoted a server.</summary>
    public async Task<(Recovery Recovery, RecoveryOutcome.Promoted Outcome)> PromotedAsync()
    {
        var recovery = await RecoveredAsync();
        Assert.True(recovery.Outcome is RecoveryOutcome.Promoted, Core.Explaining.RecoveryText.Tell(recovery));
        return (recovery, (RecoveryOutcome.Promoted)recovery.Outcome!);
    }

    public async Task<ImmutableArray<Recovery>> ReadAsync() =>
        [.. (await Room.Ports.Recoveries.ReadRecentAsync(Cluster, 50, CancellationToken.None)).Select(r => r.Recovery)];

    public async Task<bool> IsFormerAsync(FleetServer server) =>
        (await Room.Ports.Topologies.ReadAsync(Cluster, CancellationToken.None))!.Ledger.IsFormerPrimary(server.Key());

    public async ValueTask DisposeAsync()
    {
        if (flows.IsCompleted) return;
        await stop.CancelAsync();
        await flows.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Eventually.Bound);
        await Room.DisposeAsync();
        stop.Dispose();
    }

    private async Task<string> TellAsync() =>
        $"problems: {string.Join("; ", judged.Select(a => $"{a.Key} {a.Code} ({string.Join(", ", a.Because)})"))}\nrecoveries: {string.Join('\n', (await ReadAsync()).Select(r => Core.Explaining.RecoveryText.Tell(r)))}";
}
