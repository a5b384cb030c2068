using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

/// <summary>Where what was found is stored: servers move, clusters part and join, and names mislead.</summary>
public sealed partial class FoundServersTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306), Pod = new("pod9", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new(replicas: 2);
    private readonly Memory memory;

    public FoundServersTests() => memory = new Memory(time);

    [Fact]
    public async Task A_server_that_answers_at_another_address_moves_there_with_all_that_was_declared_of_it()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        await memory.SetPromotionRuleAsync(id, Db2, PromotionRule.Prefer, default);
        await memory.SetDowntimeAsync(id, Db2, new Downtime("me", "disks", World.Noon.AddHours(1)), default);
        Move(Db2, Pod);

        var found = await DiscoverAsync(Pod);

        Assert.Contains(Assert.Single(found.Clusters).Members, m => m.Key == Pod);
        Assert.Equal(["db1", "db3", "pod9"], (await StoredAsync(id)).Select(m => m.Key.Host).Order());
        var moved = (await StoredAsync(id)).Single(m => m.Key == Pod);
        Assert.Equal((PromotionRule.Prefer, "disks"), (moved.PromotionRule, moved.Downtime!.Reason));
    }

    /// <summary>S10: a former primary that comes back at another address is a former primary.</summary>
    [Fact]
    public async Task What_a_recovery_left_open_goes_with_the_server()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        Owe(id, new LedgerEntry.FormerPrimary(Db2, "r1", World.Noon), new LedgerEntry.Stopped(Db3, Db2, "r1", World.Noon));
        Move(Db2, Pod);
        await DiscoverAsync(Pod);
        var ledger = await memory.ReadLedgerAsync(id, default);
        Assert.True(ledger.IsFormerPrimary(Pod));
        Assert.Equal(Pod, Assert.IsType<LedgerEntry.Stopped>(Assert.Single(ledger.Of(Db3))).Source);
    }

    /// <summary>S10: it is open there, so it would pass for a cluster of its own, and nobody would close it.</summary>
    [Fact]
    public async Task A_former_primary_that_is_found_open_at_another_address_stays_a_member()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        Owe(id, new LedgerEntry.FormerPrimary(Db2, "r1", World.Noon));
        Move(Db2, Pod);
        world.Put(t => t.With(Member.SeenAs(t[Pod]!.Current! with { Links = [], ReadOnly = false, SuperReadOnly = false }, World.Noon)));
        await DiscoverAsync(Pod);
        Assert.Equal(["db1", "db3", "pod9"], (await StoredAsync(id)).Select(m => m.Key.Host).Order());
        Assert.True((await memory.ReadLedgerAsync(id, default)).IsFormerPrimary(Pod));
    }

    /// <summary>A walk takes seconds, and a recovery may have begun since the clusters were read.</summary>
    [Fact]
    public async Task Nobody_moves_when_a_recovery_has_begun_meanwhile()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        Move(Db2, Pod);
        var begins = Sometimes.Away<IRecoveryStore>(memory, () =>
        {
            memory.Keep(id, Ledger.Empty with { Running = "r1", Version = 1 });
            return false;
        });
        await new DiscoverInstances(world, memory, begins, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, NullLogger.Instance).RunAsync([Pod], "", default);
        Assert.Equal(["db1", "db2", "db3"], (await StoredAsync(id)).Select(m => m.Key.Host).Order());
    }

    /// <summary>Its steps name the server by the old address.</summary>
    [Fact]
    public async Task While_a_recovery_runs_nobody_moves()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        memory.Keep(id, Ledger.Empty with { Running = "r1", Version = 1 });
        Move(Db2, Pod);
        var found = await DiscoverAsync(World.Primary);
        Assert.DoesNotContain(await StoredAsync(id), m => m.Key == Pod);
        Assert.Contains(found.Warnings, w => w.StartsWith("pod9:3306 is db2:3306 at another address, and recovery r1 runs", StringComparison.Ordinal));
    }

    /// <summary>Pods take each other's addresses.</summary>
    [Fact]
    public async Task Two_servers_that_change_places_change_their_rules_too()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        await memory.SetPromotionRuleAsync(id, Db2, PromotionRule.Prefer, default);
        await memory.SetPromotionRuleAsync(id, Db3, PromotionRule.MustNot, default);
        var (two, three) = (world.Now[Db2]!.Current!, world.Now[Db3]!.Current!);
        world.Put(t => t.With(Member.SeenAs(three with { Key = Db2 }, World.Noon)).With(Member.SeenAs(two with { Key = Db3 }, World.Noon)));
        await DiscoverAsync(World.Primary);
        Assert.Equal(PromotionRule.MustNot, (await StoredAsync(id)).Single(m => m.Key == Db2).PromotionRule);
        Assert.Equal(PromotionRule.Prefer, (await StoredAsync(id)).Single(m => m.Key == Db3).PromotionRule);
    }

    /// <summary>
    /// The second cluster was made of a copy of the first one's primary, auto.cnf included
    /// (github.com/signal18/replication-manager/issues/245): its replica was taken for one of the first cluster.
    /// </summary>
    [Fact]
    public async Task A_primary_with_the_uuid_of_another_clusters_primary_has_a_cluster_of_its_own()
    {
        var first = (await DiscoverAsync(World.Primary, "one")).Clusters[0].Cluster;
        var copy = world.Now[World.Primary]!.Current! with { Key = Pod, ServerId = 99, ReportedReplicas = [] };
        world.Put(t => t.With(Member.SeenAs(copy, World.Noon)));
        var second = Assert.Single((await DiscoverAsync(Pod, "two")).Clusters);
        Assert.NotEqual(first, second.Cluster);
        Assert.Equal("two", second.Alias);
        Assert.Equal(["db1", "db2", "db3"], (await StoredAsync(first)).Select(m => m.Key.Host));
    }

    [Fact]
    public async Task A_server_that_follows_another_clusters_primary_now_leaves_its_old_cluster()
    {
        var first = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        var other = new World(replicas: 1).Now[World.Primary]!.Current! with
        {
            Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, ReportedReplicas = [Db3],
        };
        world.Put(t => t.With(Member.SeenAs(other, World.Noon)));
        world.Link(Db3, l => l with { Source = Pod, SourceUuid = other.ServerUuid });
        var second = (await DiscoverAsync(Pod)).Clusters.Single(c => c[Pod] is not null).Cluster;
        Assert.Equal(["db3", "pod9"], (await StoredAsync(second)).Select(m => m.Key.Host).Order());
        Assert.Equal(["db1", "db2"], (await StoredAsync(first)).Select(m => m.Key.Host).Order());
    }

    /// <summary>What is open there is seen to there.</summary>
    [Fact]
    public async Task A_server_leaves_no_cluster_in_which_something_is_open()
    {
        var first = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        Owe(first, new LedgerEntry.FormerPrimary(Db2, "r1", World.Noon));
        var other = world.Now[World.Primary]!.Current! with { Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, ReportedReplicas = [Db3] };
        world.Put(t => t.With(Member.SeenAs(other, World.Noon)));
        world.Link(Db3, l => l with { Source = Pod, SourceUuid = other.ServerUuid });
        var found = await DiscoverAsync(Pod);
        Assert.Contains(await StoredAsync(first), m => m.Key == Db3);
        Assert.DoesNotContain(await StoredAsync(first), m => m.Key == Pod);
        Assert.Contains(found.Warnings, w => w.StartsWith($"pod9:3306 and what follows it are no part of cluster {first} any more", StringComparison.Ordinal));
    }

    /// <summary>
    /// A sub-tree is split off on purpose (github.com/openark/orchestrator/issues/1132): as long as nobody names a
    /// server of it, it may be a mistake that somebody takes back.
    /// </summary>
    [Theory]
    [InlineData("db3", "db1 db2")]
    [InlineData("db1", "db1 db2 db3")]
    public async Task A_part_below_a_writer_of_its_own_is_a_cluster_when_a_person_names_it(string seed, string left)
    {
        var first = (await DiscoverAsync(World.Primary, "shop")).Clusters[0].Cluster;
        world.Put(t => t.With(Member.SeenAs(t[Db3]!.Current! with { Links = [], ReadOnly = false, SuperReadOnly = false }, World.Noon)));
        var found = await DiscoverAsync(new InstanceKey(seed, 3306), seed == "db3" ? "cut" : "");
        Assert.Equal(left, string.Join(' ', (await StoredAsync(first)).Select(m => m.Key.Host).Order()));
        Assert.Equal(seed == "db3" ? ["cut", "shop"] : ["shop"], (await memory.ReadAllAsync(default)).Select(c => c.Alias).Order());
        Assert.Equal(seed == "db3", found.Warnings.Any(w => w.StartsWith("db3:3306 and what follows it leave cluster", StringComparison.Ordinal)));
    }

    /// <summary>Replication runs by a network of its own: its addresses lead nowhere from here.</summary>
    [Fact]
    public async Task An_address_that_only_replicas_can_use_is_no_member()
    {
        var inside = new InstanceKey("10.9.9.1", 3306);
        var id = (await DiscoverAsync(Db2)).Clusters[0].Cluster;
        var uuid = world.Now[World.Primary]!.Current!.ServerUuid;
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { Source = inside, SourceUuid = uuid });
        var found = await DiscoverAsync(Db2);
        Assert.Equal(World.Primary, Assert.Single(found.Clusters).Primary!.Key);
        Assert.Equal(["db1", "db2", "db3"], (await StoredAsync(id)).Select(m => m.Key.Host).Order());
    }

    /// <summary>It was found by its replicas first, under an address that nobody answers at from here.</summary>
    [Fact]
    public async Task A_name_without_a_server_goes_when_the_server_is_found_under_another_one()
    {
        var inside = new InstanceKey("10.9.9.1", 3306);
        var primary = world.Now[World.Primary]!.Current!;
        world.Fail(World.Primary, ProbeFailureKind.TimedOut);
        foreach (var key in new[] { Db2, Db3 }) world.Link(key, l => l with { Source = inside, SourceUuid = primary.ServerUuid });
        var id = (await DiscoverAsync(Db2, "shop")).Clusters[0].Cluster;
        Assert.Contains(await StoredAsync(id), m => m.Key == inside);

        world.Put(t => t.With(Member.SeenAs(primary, World.Noon)));
        var found = Assert.Single((await DiscoverAsync(World.Primary)).Clusters);
        Assert.Equal(("shop", World.Primary), (found.Alias, found.Primary!.Key));
        Assert.DoesNotContain(await StoredAsync(id), m => m.Key == inside);
    }

    /// <summary>A replica that joins is no seed: what a person who names a server is told is not asked of it.</summary>
    [Fact]
    public async Task A_replica_without_a_binary_log_that_is_mentioned_is_a_member()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        var joined = world.Now[Db2]!.Current! with { Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, BinaryLog = BinaryLog.Off };
        world.Put(t => t.With(Member.SeenAs(joined, World.Noon)));
        Assert.Single((await Discovering().FollowAsync(Pod, world.Now, default)).Clusters);
        Assert.Contains(await StoredAsync(id), m => m.Key == Pod);
        Assert.Empty((await Discovering().FollowAsync(new InstanceKey("rumour", 3306), world.Now, default)).Clusters);
    }

    /// <summary>Our account may not read its replication state: the primary names it all the same.</summary>
    [Fact]
    public async Task A_server_that_is_mentioned_and_does_not_tell_whom_it_follows_goes_to_the_cluster_that_mentions_it()
    {
        var id = (await DiscoverAsync(World.Primary)).Clusters[0].Cluster;
        var joined = world.Now[Db2]!.Current! with { Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, Links = [], Stale = InstanceParts.Replication };
        var primary = world.Now[World.Primary]!.Current!;
        world.Put(t => t.With(new Member { Key = Pod, Outcome = new ProbeOutcome.Partly(joined, ["replication state"]), LastSeen = joined })
            .With(Member.SeenAs(primary with { ReportedReplicas = [.. primary.ReportedReplicas, Pod] }, World.Noon)));
        await Discovering().FollowAsync(Pod, world.Now, default);
        Assert.Contains((await memory.ReadAllAsync(default)).Single().Members, m => m.Key == Pod);
    }

    [Fact]
    public async Task One_alias_is_given_to_one_cluster()
    {
        var other = world.Now[World.Primary]!.Current! with { Key = Pod, ServerUuid = "99999999-0000-0000-0000-000000000000", ServerId = 99, ReportedReplicas = [] };
        world.Put(t => t.With(Member.SeenAs(other, World.Noon)));
        var found = await Discovering().RunAsync([World.Primary, Pod], "shop", default);
        Assert.Equal(["", "shop"], found.Clusters.Select(c => c.Alias).Order(StringComparer.Ordinal));
        Assert.Equal("shop", found.Clusters.Single(c => c[World.Primary] is not null).Alias);
    }

    private void Move(InstanceKey from, InstanceKey to)
    {
        var moved = world.Now[from]!.Current! with { Key = to };
        world.Fail(from, ProbeFailureKind.Refused);
        world.Put(t => t.With(Member.SeenAs(moved, World.Noon)));
        var primary = world.Now[World.Primary]!.Current!;
        world.Put(t => t.With(Member.SeenAs(primary with { ReportedReplicas = [.. primary.ReportedReplicas.Select(r => r == from ? to : r)] }, World.Noon)));
    }

    private void Owe(ClusterId id, params LedgerEntry[] entries) =>
        memory.Keep(id, entries.Aggregate(Ledger.Empty, (all, one) => all.With(one)) with { Version = 1 });

    private DiscoverInstances Discovering() => new(world, memory, memory, new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, NullLogger.Instance);

    private Task<Discovery> DiscoverAsync(InstanceKey seed, string alias = "") => Discovering().RunAsync([seed], alias, default);

    private async Task<ImmutableArray<StoredMember>> StoredAsync(ClusterId id) =>
        (await memory.ReadAllAsync(default)).Single(c => c.Id == id).Members;
}
