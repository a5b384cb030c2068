using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrchestratorFunctions.App.Settings;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests;

/// <summary>The app over servers made of data and a memory that its instances share.</summary>
internal sealed class Servers
{
    public Servers(FakeTimeProvider? time = null)
    {
        Time = time ?? new(Flow.Tests.World.Noon);
        Memory = new Memory(Time);
        Memory.Store(World.Now);
        OptionBinding.Bind("MySql", Settings.MySql, [KeyValuePair.Create<string, string?>("ReplicationUser", "repl")], []);
    }

    public FakeTimeProvider Time { get; }
    public World World { get; } = new();
    public Memory Memory { get; }
    public MemoryQueue Sent { get; } = new();
    public AppSettings Settings { get; } = new();
    public MemoryNotices OutboxEntry { get; } = new();
    public Listener Listener { get; } = new();

    public static Failure DeadPrimary(string id = "f1") => new(
        id, World.Cluster, World.Primary, AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary, "The primary cannot be reached", ["it does not answer"], World.Noon);

    public static string Body(string id = "f1") => FailureMessage.Write(DeadPrimary(id));

    /// <summary>One instance of the app.</summary>
    public AppSource Instance(string holder = "i1") => new(_ => Task.FromResult(Room(holder)));

    public AppRoom Room(string holder = "i1") => new(
        new FlowPorts(World, World, World, Memory, Memory, Memory, Memory, Memory, Sent, new NoticePorts(OutboxEntry, [Listener]))
        {
            Chance = Random.Shared, Pools = Memory, Tokens = Memory,
        },
        Settings, holder, Time, NullLogger.Instance);
}
