using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests.Knowing;

public sealed class StoredFleetTests
{
    private readonly FakeTimeProvider time = new(World.Noon);
    private readonly Memory memory;
    private readonly StoredFleet fleet;

    public StoredFleetTests()
    {
        memory = new Memory(time);
        memory.Store(new World().Now);
        fleet = new StoredFleet(memory, time);
    }

    [Fact]
    public async Task Many_questions_read_all_clusters_once()
    {
        for (var i = 0; i < 20; i++) await fleet.ReadAllAsync(default);
        for (var i = 0; i < 20; i++) Assert.NotNull((await fleet.FindAsync(World.Primary.ToString(), default)).Cluster);
        Assert.Equal(1, memory.WholeReads);
    }

    [Fact]
    public async Task What_was_declared_shows_at_once_and_what_was_seen_in_two_seconds()
    {
        await fleet.ReadAllAsync(default);
        await memory.SaveClusterAsync(World.Cluster, "shop", default);
        await memory.SaveClusterAsync(new ClusterId("c-other"), "", default);
        Assert.Equal(["", "shop"], (await fleet.ReadAllAsync(default)).Select(c => c.Alias).Order());
        Assert.NotNull((await fleet.FindAsync("SHOP", default)).Cluster);

        await FailAsync();
        time.Advance(StoredFleet.SeenWithin + TimeSpan.FromTicks(1));
        Assert.Contains((await fleet.ReadAllAsync(default)).SelectMany(c => c.Members), m => m.LastFailure == "no answer");
    }

    [Fact]
    public async Task One_cluster_is_as_stored_at_this_moment()
    {
        await fleet.FindAsync("c-test", default);
        await FailAsync();
        var (found, _) = await fleet.FindAsync("c-test", default);
        Assert.Contains(found!.Members, m => m.LastFailure == "no answer");
        Assert.Equal(1, memory.WholeReads);

        await memory.ForgetAsync(World.Cluster, [.. found.Members.Select(m => m.Key)], default);
        Assert.Null((await fleet.FindAsync("c-test", default)).Cluster);
    }

    [Fact]
    public async Task A_name_that_a_server_has_since_a_moment_ago_is_found()
    {
        Assert.Null((await fleet.FindAsync("new-name:3306", default)).Cluster);
        var member = (await memory.ReadAllAsync(default))[0].Members[0];
        await memory.SaveSightingsAsync(World.Cluster, [member with { OtherNames = [new InstanceKey("new-name", 3306)] }], default);
        time.Advance(StoredFleet.SeenWithin + TimeSpan.FromTicks(1));
        Assert.NotNull((await fleet.FindAsync("new-name:3306", default)).Cluster);
    }

    [Fact]
    public async Task A_name_that_moved_to_another_server_does_not_mean_the_cluster_of_the_first()
    {
        var (name, other) = (new InstanceKey("vip", 3306), new ClusterId("c-other"));
        var all = (await memory.ReadAllAsync(default))[0].Members;
        await memory.SaveSightingsAsync(World.Cluster, [Calling(all[0], name)], default);
        var stranger = new StoredMember(new InstanceKey("x1", 3306), all[1].LastSeen! with { Key = new InstanceKey("x1", 3306), ServerUuid = "x", Aliases = [] }, World.Noon);
        await memory.SaveSightingsAsync(other, [stranger], default);
        await memory.SaveClusterAsync(other, "", default);
        Assert.Equal(World.Cluster, (await fleet.FindAsync("vip:3306", default)).Cluster!.Id);

        await memory.SaveSightingsAsync(World.Cluster, [all[0] with { LastSeen = all[0].LastSeen! with { Aliases = [] } }], default);
        await memory.SaveSightingsAsync(other, [Calling(stranger, name)], default);
        time.Advance(StoredFleet.SeenWithin + TimeSpan.FromTicks(1));
        Assert.Equal(other, (await fleet.FindAsync("vip:3306", default)).Cluster!.Id);
    }

    private static StoredMember Calling(StoredMember member, InstanceKey name) => member with { LastSeen = member.LastSeen! with { Aliases = [name] } };

    [Fact]
    public async Task A_server_that_two_clusters_hold_is_marked_in_each_of_them()
    {
        var other = new ClusterId("c-other");
        await memory.SaveSightingsAsync(other, [(await memory.ReadAllAsync(default))[0].Members[0]], default);
        await memory.SaveClusterAsync(other, "", default);
        Assert.Equal(World.Cluster, (await fleet.FindAsync("c-other", default)).Cluster!.Members[0].AlsoIn);
        Assert.Contains((await fleet.FindAsync("c-test", default)).Cluster!.Members, m => m.AlsoIn == other);
    }

    [Fact]
    public async Task Who_asks_while_all_are_read_waits_for_that_and_who_goes_away_stops_nobody()
    {
        var (reading, going) = (new TaskCompletionSource(), new CancellationTokenSource());
        memory.BeforeReadAll = () => reading.Task;
        var first = fleet.ReadAllAsync(going.Token);
        var second = fleet.ReadAllAsync(default);
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        reading.SetResult();
        Assert.Single(await second);
        Assert.Equal(1, memory.WholeReads);
    }

    [Fact]
    public async Task A_reading_that_failed_is_not_kept()
    {
        memory.BeforeReadAll = () => throw new IOException("away");
        await Assert.ThrowsAsync<IOException>(() => fleet.ReadAllAsync(default));
        memory.BeforeReadAll = () => Task.CompletedTask;
        Assert.Single(await fleet.ReadAllAsync(default));
    }

    private async Task FailAsync()
    {
        ITopologyStore store = memory;
        var member = (await store.ReadAsync(World.Cluster, default))!.Members[0];
        await memory.SaveSightingsAsync(World.Cluster, [member with { LastFailure = "no answer" }], default);
    }
}
