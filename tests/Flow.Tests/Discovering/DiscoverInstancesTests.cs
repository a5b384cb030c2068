using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Discovering;

public sealed class DiscoverInstancesTests
{
    private static readonly InstanceKey Db2 = new("db2", 3306), Db3 = new("db3", 3306);

    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly World world = new();
    private readonly Memory memory;

    public DiscoverInstancesTests() => memory = new Memory(time);

    [Theory]
    [InlineData("db1")]
    [InlineData("db3")]
    public async Task From_any_server_all_are_found_in_both_directions(string seed)
    {
        var found = await DiscoverAsync(new InstanceKey(seed, 3306));

        var cluster = Assert.Single(found.Clusters);
        Assert.Equal(World.Primary, cluster.Primary!.Key);
        Assert.Equal(["db1:3306", "db2:3306", "db3:3306", "db4:3306"], (await StoredAsync()).Select(m => m.Key.ToString()).Order());
        Assert.Empty(found.Refusals);
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public async Task A_cluster_that_is_known_keeps_its_id_and_its_name()
    {
        var first = await DiscoverAsync(World.Primary, "shop");
        var second = await DiscoverAsync(Db3);
        Assert.Equal(first.Clusters[0].Cluster, second.Clusters[0].Cluster);
        Assert.Equal("shop", second.Clusters[0].Alias);
        Assert.Single(await memory.ReadAllAsync(default));
    }

    [Fact]
    public async Task A_server_of_two_names_is_one_member()
    {
        var alias = new InstanceKey("10.0.0.2", 3306);
        Change(World.Primary, i => i with { ReportedReplicas = [Db2, alias, Db3] });
        Change(Db2, i => i with { Aliases = [alias] });

        var found = await DiscoverAsync(World.Primary);

        Assert.Equal(["db1:3306", "db2:3306", "db3:3306"], (await StoredAsync()).Select(m => m.Key.ToString()).Order());
        Assert.Contains(alias, found.Clusters[0][Db2]!.Current!.Aliases);
    }

    [Theory]
    [InlineData(ProbeFailureKind.Refused, "check the host and the port")]
    [InlineData(ProbeFailureKind.NameNotFound, "check the host name")]
    [InlineData(ProbeFailureKind.AuthenticationDenied, "MySql:Password")]
    public async Task A_seed_that_cannot_be_seen_is_refused_and_writes_nothing(ProbeFailureKind kind, string advice)
    {
        world.Fail(World.Primary, kind);
        await AssertRefusedAsync(world, advice);
    }

    [Fact]
    public async Task A_seed_whose_first_answer_comes_too_late_is_asked_again()
    {
        world.Fail(World.Primary, ProbeFailureKind.TimedOut, "no answer in time");
        var looks = 0;
        world.BeforeLook = key =>
        {
            if (key == World.Primary && ++looks == 2) world.Revive(World.Primary);
            return Task.CompletedTask;
        };
        var found = await DiscoverAsync(World.Primary);
        Assert.Empty(found.Refusals);
        Assert.Equal(4, Assert.Single(found.Clusters).Members.Length);
    }

    [Fact]
    public async Task A_seed_without_binary_log_is_refused_and_writes_nothing()
    {
        Change(World.Primary, i => i with { BinaryLog = BinaryLog.Off });
        await AssertRefusedAsync(world, "log_bin");
    }

    [Fact]
    public async Task A_seed_without_gtids_is_refused_and_writes_nothing()
    {
        Change(World.Primary, i => i with { Gtid = GtidState.Off });
        await AssertRefusedAsync(world, "gtid_mode=ON");
    }

    [Fact]
    public async Task A_seed_seen_only_in_part_is_refused_and_writes_nothing()
    {
        world.Put(t => t.With(t[World.Primary]!.With(new ProbeOutcome.Partly(t[World.Primary]!.Current!, ["replication status"]), World.Noon)));
        await AssertRefusedAsync(world, "replication status");
    }

    [Fact]
    public async Task A_name_that_leads_to_two_servers_is_refused_and_writes_nothing() => await AssertRefusedAsync(new Ambiguous(world), "two servers");

    [Fact]
    public async Task A_refused_seed_does_not_keep_another_from_being_followed()
    {
        var found = await new DiscoverInstances(world, memory, memory,
            new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, NullLogger.Instance).RunAsync([new InstanceKey("db9", 3306), Db2], "", default);
        Assert.Single(found.Refusals);
        Assert.Equal(4, Assert.Single(found.Clusters).Members.Length);
    }

    [Fact]
    public async Task A_source_that_is_not_seen_is_a_member_and_a_reported_replica_that_is_not_seen_is_none()
    {
        world.Fail(World.Primary, ProbeFailureKind.TimedOut, "no answer");
        Change(Db2, i => i with { ReportedReplicas = [new InstanceKey("rumour", 3306)] });

        var found = await DiscoverAsync(Db2);

        Assert.Equal(["db1:3306", "db2:3306"], (await StoredAsync()).Select(m => m.Key.ToString()).Order());
        Assert.Equal("no answer", (await StoredAsync()).Single(m => m.Key == World.Primary).LastFailure);
        Assert.Equal(2, found.Warnings.Length);
    }

    [Fact]
    public async Task A_server_asked_for_by_another_name_than_the_stored_one_keeps_that_and_the_name_is_known_from_then_on()
    {
        await DiscoverAsync(World.Primary, "shop");
        var address = new InstanceKey("10.0.0.2", 3306);
        // Its replicas and its source know it by name; the address leads to the same server.
        world.Put(t => t.With(Member.SeenAs(t[Db2]!.Current! with { Key = address }, World.Noon)));

        var found = await DiscoverAsync(address);

        Assert.Contains((await StoredAsync()).Single(m => m.Key == Db2).OtherNames, n => n == address);
        Assert.DoesNotContain(await StoredAsync(), m => m.Key == address);
        Assert.Equal((await StoredAsync()).Select(m => m.Key).Order(), Assert.Single(found.Clusters).Members.Select(m => m.Key));
    }

    [Fact]
    public async Task A_server_with_the_uuid_of_another_one_is_named_and_neither_stored_nor_said_to_be_found()
    {
        await DiscoverAsync(World.Primary);
        var copy = new InstanceKey("db7", 3306);
        world.Put(t => t.With(Member.SeenAs(t[Db2]!.Current! with { Key = copy, ServerId = 77 }, World.Noon)));
        Change(World.Primary, i => i with { ReportedReplicas = [Db2, copy] });

        var found = await DiscoverAsync(World.Primary);

        Assert.DoesNotContain(Assert.Single(found.Clusters).Members, m => m.Key == copy);
        Assert.DoesNotContain(await StoredAsync(), m => m.Key == copy);
        Assert.Contains(found.Warnings, w => w.StartsWith("db7:3306 is not stored: it has the server_uuid of db2:3306", StringComparison.Ordinal));
    }

    private async Task AssertRefusedAsync(IInstanceProbe probe, string advice)
    {
        var found = await new DiscoverInstances(probe, memory, memory,
            new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, NullLogger.Instance).RunAsync([World.Primary], "shop", default);
        var refusal = Assert.Single(found.Refusals);
        Assert.StartsWith(World.Primary.ToString(), refusal, StringComparison.Ordinal);
        Assert.Contains(advice, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Empty(found.Clusters);
        Assert.Empty(await memory.ReadAllAsync(default));
    }

    private Task<Discovery> DiscoverAsync(InstanceKey seed, string alias = "") =>
        new DiscoverInstances(world, memory, memory,
            new MoveRight(memory, "p1", TimeSpan.FromSeconds(10)), TimeSpan.FromSeconds(1), time, NullLogger.Instance).RunAsync([seed], alias, default);

    private async Task<ImmutableArray<StoredMember>> StoredAsync() => Assert.Single(await memory.ReadAllAsync(default)).Members;

    private void Change(InstanceKey key, Func<Instance, Instance> change) => world.Put(t => t.With(Member.SeenAs(change(t[key]!.Current!), World.Noon)));

    private sealed class Ambiguous(IInstanceProbe inner) : IInstanceProbe
    {
        public Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) => inner.ProbeAsync(key, timeout, cancel);

        public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<string?>($"{key}: leads to two servers");

        public void Forget(InstanceKey key) => inner.Forget(key);
    }
}
