using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

/// <summary>A server is told by what it is, also when the process that looked for it died at the worst moment.</summary>
public sealed class MemberMatchTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306), Pod = new("pod9", 3306);

    /// <summary>However far the first discovery came, the next one leaves what an undisturbed one would have.</summary>
    [Fact]
    public async Task A_server_that_moved_is_one_member_wherever_a_discovery_of_it_died()
    {
        var deaths = 0;
        for (var calls = 0; ; calls++)
        {
            var fleet = new Fleet();
            var id = await fleet.KnowAsync();
            fleet.Move(Db2, Pod);
            var hasDied = await fleet.DiscoverDyingAsync(Pod, calls);
            await fleet.DiscoverAsync(Pod);

            var members = (await fleet.Memory.ReadAllAsync(default)).Single().Members;
            Assert.Equal(["db1", "db3", "pod9"], members.Select(m => m.Key.Host).Order());
            var moved = members.Single(m => m.Key == Pod);
            Assert.Equal((PromotionRule.Prefer, "disks"), (moved.PromotionRule, moved.Downtime?.Reason));
            Assert.True((await fleet.Memory.ReadLedgerAsync(id, default)).IsFormerPrimary(Pod), $"died at call {calls}");
            if (!hasDied) break;
            deaths++;
        }
        Assert.InRange(deaths, 5, 50);
    }

    [Fact]
    public async Task Servers_that_changed_places_are_moved_with_what_was_declared_of_them()
    {
        var fleet = new Fleet();
        await fleet.KnowAsync();
        fleet.Swap(Db2, Db3);
        await fleet.DiscoverAsync(World.Primary);
        var members = (await fleet.Memory.ReadAllAsync(default)).Single().Members;
        Assert.Equal((3, PromotionRule.Prefer), (members.Length, members.Single(m => m.Key == Db3).PromotionRule));
        Assert.Equal(PromotionRule.Neutral, members.Single(m => m.Key == Db2).PromotionRule);
    }

    /// <summary>What is owed names each of them by its own address, however far the first discovery came.</summary>
    [Fact]
    public async Task What_is_owed_goes_with_servers_that_changed_places_wherever_a_discovery_of_it_died()
    {
        var deaths = 0;
        for (var calls = 0; ; calls++)
        {
            var fleet = new Fleet();
            var id = await fleet.KnowAsync();
            fleet.Swap(Db2, Db3);
            var hasDied = await fleet.DiscoverDyingAsync(World.Primary, calls);
            await fleet.DiscoverAsync(World.Primary);

            var ledger = await fleet.Memory.ReadLedgerAsync(id, default);
            Assert.Equal((true, false), (ledger.IsFormerPrimary(Db3), ledger.IsFormerPrimary(Db2)));
            Assert.Equal(3, (await fleet.Memory.ReadAllAsync(default)).Single().Members.Length);
            if (!hasDied) break;
            deaths++;
        }
        Assert.InRange(deaths, 5, 50);
    }

    private sealed class Fleet
    {
        private readonly FakeTimeProvider time = new(World.Noon);
        private readonly World world = new(replicas: 2);

        public Fleet() => Memory = new Memory(time);

        public Memory Memory { get; }

        public async Task<ClusterId> KnowAsync()
        {
            var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
            await Memory.SetPromotionRuleAsync(id, Db2, PromotionRule.Prefer, default);
            await Memory.SetDowntimeAsync(id, Db2, new Downtime("me", "disks", World.Noon.AddHours(1)), default);
            ImmutableArray<LedgerEntry> owed = [new LedgerEntry.FormerPrimary(Db2, "r1", World.Noon)];
            Memory.Keep(id, Ledger.Empty with { Version = 1, Entries = owed });
            return id;
        }

        public void Move(InstanceKey from, InstanceKey to) => world.Put(t => Gone(
            t.With(Member.SeenAs(t[from]!.Current! with { Key = to }, World.Noon)), from));

        public void Swap(InstanceKey a, InstanceKey b) => world.Put(t =>
        {
            var (first, second) = (t[a]!.Current!, t[b]!.Current!);
            return t.With(Member.SeenAs(first with { Key = b }, World.Noon)).With(Member.SeenAs(second with { Key = a }, World.Noon));
        });

        public Task<Discovery> DiscoverAsync(InstanceKey seed) => Discovering(Memory, Memory).RunAsync([seed], "", default);

        /// <summary>Whether it died, as its storage did not answer any more after so many calls.</summary>
        public async Task<bool> DiscoverDyingAsync(InstanceKey seed, int calls)
        {
            var left = calls;
            bool IsAway() => left-- <= 0;
            try
            {
                await Discovering(Sometimes.Away<ITopologyStore>(Memory, IsAway), Sometimes.Away<IRecoveryStore>(Memory, IsAway)).RunAsync([seed], "", default);
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }

        private DiscoverInstances Discovering(ITopologyStore topologies, IRecoveryStore recoveries) =>
            new(world, topologies, recoveries, new MoveRight(Memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(2), time, NullLogger.Instance);

        private static Topology Gone(Topology topology, InstanceKey key) => topology.With(
            topology[key]!.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused"), World.Noon));
    }
}
