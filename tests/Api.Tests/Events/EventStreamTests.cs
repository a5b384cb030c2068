using System.Net;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Events;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Tests;
using OrchestratorFunctions.Testing;

namespace OrchestratorFunctions.Api.Tests.Events;

public sealed class EventStreamTests
{
    private static readonly InstanceKey Replica = new("db2", 3306);

    [Fact]
    public async Task Who_begins_reads_anew_and_is_told_what_changes_from_then_on()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var listener = await ListenAsync(endpoints, "events");
        await TurnAsync(endpoints, listener, "reset");

        await FailAsync(endpoints, World.Primary);
        var told = await TurnAsync(endpoints, listener, "analysis");
        Assert.Contains(told, t => t.Kind == "cluster" && t.Data.GetProperty("seen").GetInt32() == 3);
        Assert.NotEmpty(told[^1].Data.GetProperty("items").EnumerateArray());
        Assert.DoesNotContain(told, t => t.Kind == "server");
    }

    [Fact]
    public async Task Who_names_a_cluster_is_told_of_its_servers_and_of_no_other_cluster()
    {
        await using var endpoints = await Endpoints.StartAsync();
        var other = new ClusterId("c-other");
        await endpoints.Memory.SaveSightingsAsync(other, [new StoredMember(new InstanceKey("x1", 3306), null, null)], default);
        await endpoints.Memory.SaveClusterAsync(other, "other", default);
        using var listener = await ListenAsync(endpoints, "events?cluster=shop");
        await TurnAsync(endpoints, listener, "reset");

        await endpoints.Memory.SaveClusterAsync(other, "renamed", default);
        await FailAsync(endpoints, Replica);
        await endpoints.Memory.SaveSightingsAsync(World.Cluster, [new StoredMember(new InstanceKey("db9", 3306), null, null)], default);
        var told = await TurnAsync(endpoints, listener, "tick");
        var servers = told.Where(t => t.Kind == "server").Select(t => t.Data.GetProperty("server")).ToDictionary(s => s.GetProperty("key").GetString()!);
        Assert.False(servers[Replica.ToString()].GetProperty("seen").GetBoolean());
        Assert.Equal([Replica.ToString(), "db9:3306"], servers.Keys.Order(StringComparer.Ordinal));
        Assert.All(told.Where(t => t.Kind != "tick"), t => Assert.Equal("c-test", t.Data.GetProperty("cluster").GetString()));

        await endpoints.Memory.ForgetAsync(World.Cluster, [new InstanceKey("db9", 3306)], default);
        told = await TurnAsync(endpoints, listener, "server-gone");
        Assert.Equal("db9:3306", told[^1].Data.GetProperty("key").GetString());
    }

    [Fact]
    public async Task Who_comes_back_goes_on_where_it_was_and_who_listened_to_something_else_begins_anew()
    {
        await using var endpoints = await Endpoints.StartAsync();
        string last;
        using (var listener = await ListenAsync(endpoints, "events"))
            last = (await TurnAsync(endpoints, listener, "reset"))[^1].Id;

        using var second = await ListenAsync(endpoints, "events");
        await TurnAsync(endpoints, second, "reset");
        await endpoints.Memory.SaveClusterAsync(World.Cluster, "market", default);
        await TurnAsync(endpoints, second, "cluster");

        using var back = await ListenAsync(endpoints, "events", ("Last-Event-ID", last));
        var missed = await back.UntilAsync("cluster");
        Assert.DoesNotContain(missed, t => t.Kind == "reset");
        Assert.Equal("market", missed[^1].Data.GetProperty("alias").GetString());

        using var another = await ListenAsync(endpoints, "events?cluster=market", ("Last-Event-ID", last));
        Assert.Equal("reset", (await TurnAsync(endpoints, another, "reset"))[0].Kind);
        using var strange = await ListenAsync(endpoints, "events", ("Last-Event-ID", "nonsense/7/"));
        Assert.Equal("reset", (await TurnAsync(endpoints, strange, "reset"))[0].Kind);
    }

    [Fact]
    public async Task Storage_that_is_away_is_said_once_and_what_changed_meanwhile_is_told_afterwards()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var listener = await ListenAsync(endpoints, "events");
        await TurnAsync(endpoints, listener, "reset");
        endpoints.Memory.BeforeReadAll = () => throw new IOException("away");
        await endpoints.Memory.SaveClusterAsync(World.Cluster, "market", default);
        var stale = await TurnAsync(endpoints, listener, "stale");
        Assert.Contains("IOException", stale[^1].Data.GetProperty("says").GetString(), StringComparison.Ordinal);

        endpoints.Memory.BeforeReadAll = () => Task.CompletedTask;
        var told = await TurnAsync(endpoints, listener, "cluster");
        Assert.Equal("market", told[^1].Data.GetProperty("alias").GetString());
    }

    [Fact]
    public async Task Nobody_listens_who_may_not_read_or_names_nothing_or_comes_when_all_places_are_taken()
    {
        await using (var closed = await Endpoints.StartAsync(access: new ApiOptions { Authentication = AuthenticationMethod.Basic, User = "u", Password = "p" }))
            Assert.Equal(HttpStatusCode.Unauthorized, (await closed.GetTextAsync("events")).Status);

        await using var endpoints = await Endpoints.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await endpoints.GetTextAsync("events?cluster=nowhere")).Status);
        List<Listener> all = [];
        for (var i = 0; i < FleetEvents.ListenersMost; i++) all.Add(await ListenAsync(endpoints, "events"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await endpoints.GetTextAsync("events")).Status);
        all[0].Dispose();
        // The server notices a moment later that it is gone.
        await Eventually.HoldsAsync("there is a place", async () =>
        {
            using var answer = await endpoints.BeginAsync("events");
            return answer.StatusCode == HttpStatusCode.OK;
        });
        all.ForEach(l => l.Dispose());
    }

    [Fact]
    public async Task A_listener_has_to_come_back_after_a_while()
    {
        await using var endpoints = await Endpoints.StartAsync();
        using var listener = await ListenAsync(endpoints, "events");
        await TurnAsync(endpoints, listener, "reset");
        var ends = Task.Run(async () => { while (await listener.NextAsync() is not null) { } });
        endpoints.Time.Advance(EventStream.Longest);
        await ends.WaitAsync(Eventually.Bound);
    }

    private static async Task<Listener> ListenAsync(Endpoints endpoints, string path, params (string, string)[] headers) =>
        await Listener.StartAsync(await endpoints.BeginAsync(path, headers));

    /// <summary>Lets time pass until the listener was told something of that kind.</summary>
    private static async Task<List<Told>> TurnAsync(Endpoints endpoints, Listener listener, string kind)
    {
        var told = listener.UntilAsync(kind);
        while (!told.IsCompleted)
        {
            // An answer comes by real time: turned without a pause the clock would be at the end of the stream before it is read.
            await Task.WhenAny(told, Task.Delay(25));
            if (!told.IsCompleted) endpoints.Time.Advance(FleetEvents.Each);
        }
        return await told;
    }

    private static async Task FailAsync(Endpoints endpoints, InstanceKey key)
    {
        var member = (await endpoints.Memory.ReadAllAsync(default)).Single(c => c.Id == World.Cluster).Members.Single(m => m.Key == key);
        await endpoints.Memory.SaveSightingsAsync(World.Cluster, [member with { LastFailure = "connection refused", LastFailureKind = ProbeFailureKind.Refused }], default);
    }
}
