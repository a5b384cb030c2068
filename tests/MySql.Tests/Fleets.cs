using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql.Settings;

// The tests kill and hang servers, and measure: one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>A fleet and a room that talks to it, for one test.</summary>
internal sealed class Fleets : IAsyncDisposable
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private Fleets(ServerFleet servers, MySqlServers room) => (Servers, Room) = (servers, room);

    public ServerFleet Servers { get; }

    public MySqlServers Room { get; }

    public static MySqlOptions Options { get; } = new()
    {
        User = "orchestrator", Password = "orchestrator", ReplicationUser = "repl", ReplicationPassword = "repl",
    };

    public static async Task<Fleets> StartAsync(string kind, int replicas = 1, bool semiSync = false)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        return new Fleets(await ServerFleet.StartAsync(new FleetRequest(kind, replicas, semiSync)), new MySqlServers(Options));
    }

    public static InstanceKey Key(FleetServer server) => InstanceKey.Parse(server.Key);

    public async Task<Instance> SeeAsync(FleetServer server)
    {
        var outcome = await Room.Probe.ProbeAsync(Key(server), TimeSpan.FromSeconds(5), default);
        return Assert.IsType<ProbeOutcome.Seen>(outcome).Instance;
    }

    public async Task<ProbeOutcome.Failed> FailAsync(FleetServer server, TimeSpan timeout) =>
        Assert.IsType<ProbeOutcome.Failed>(await Room.Probe.ProbeAsync(Key(server), timeout, default));

    public async Task<Topology> TopologyAsync()
    {
        var members = new List<Member>();
        foreach (var server in Servers.Servers)
        {
            var outcome = await Room.Probe.ProbeAsync(Key(server), Second, default);
            members.Add(new Member { Key = Key(server), Outcome = outcome, LastSeen = outcome.Sighted });
        }
        return new Topology(new ClusterId("test"), DateTimeOffset.UnixEpoch, members);
    }

    /// <summary>A cluster of members as a test puts them.</summary>
    public Topology TopologyOf(params Member[] members) => new(new ClusterId("test"), DateTimeOffset.UtcNow, members);

    public async Task<StepResult> RunAsync(PlanStep step, double seconds = 5, Topology? topology = null) =>
        await Room.Steps.RunAsync(
            new PlannedStep(step, Tolerance.Must, TimeSpan.FromSeconds(seconds), "test"), topology ?? await TopologyAsync(), StepTerms.Always, default);

    /// <summary>
    /// The step succeeds, is then true of the server, and is not sent the second time. Events are looked up once more: a
    /// look may show old ones.
    /// </summary>
    public async Task<StepResult> RunTwiceAsync(ServerStep step, FleetServer on)
    {
        var first = await RunAsync(step);
        Assert.True(first.State == StepState.Done, $"{step.Says}: {first.State} {first.Says}");
        await UntilAsync(async () => step.IsSatisfiedBy(await SeeAsync(on)), step.Says);
        Assert.Equal(step is SetEvents ? StepState.Done : StepState.AlreadyTrue, (await RunAsync(step)).State);
        return first;
    }

    public static Task UntilAsync(Func<Task<bool>> holds, string what, double seconds = 10) =>
        Eventually.HoldsAsync(what, holds, bound: TimeSpan.FromSeconds(seconds));

    /// <summary>So many sessions of the server are in a statement that begins like this.</summary>
    public Task UntilRunsAsync(FleetServer server, string statement, int sessions) => UntilAsync(
        async () => await server.ScalarAsync<long>($"SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '{statement}%'") == sessions,
        $"{sessions} sessions of {server} run {statement}");

    public async ValueTask DisposeAsync()
    {
        await Room.DisposeAsync();
        await Servers.DisposeAsync();
    }
}
