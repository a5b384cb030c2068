using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Flow.Tests.Playing;

/// <summary>The servers of a play, the network between them and the processes, and what happens to both.</summary>
internal sealed class Servers(World world, Turns turns)
{
    private readonly Dictionary<InstanceKey, TimeSpan> stopped = [];
    private readonly HashSet<(string Process, InstanceKey Server)> cuts = [];
    private readonly List<(InstanceKey Server, TaskCompletionSource<string> Ends)> sessions = [];
    private readonly HashSet<InstanceKey> closing = [];
    private readonly List<StepFault> faults = [], hanging = [];
    private Func<InstanceKey, bool> looksSlowly = _ => false;
    private TaskCompletionSource looks = new();

    public World World => world;

    /// <summary>A server that is stopped, or that the process does not reach, is silent: nobody refuses.</summary>
    public bool IsSilent(string process, InstanceKey server) =>
        stopped.ContainsKey(server) || cuts.Contains((process, server));

    public TimeSpan? StoppedFor(InstanceKey server) =>
        stopped.TryGetValue(server, out var since) ? turns.Passed - since : null;

    public void Kill(InstanceKey server)
    {
        world.Kill(server);
        Break(server);
    }

    /// <summary>It answers again, and its replicas hear it again.</summary>
    public void Revive(InstanceKey server)
    {
        world.Revive(server);
        Join(server);
    }

    public void Stop(InstanceKey server)
    {
        stopped[server] = turns.Passed;
        world.Fail(server, ProbeFailureKind.TimedOut, "no answer in time");
    }

    /// <summary>It goes on with what was sent to it meanwhile.</summary>
    public void Continue(InstanceKey server)
    {
        stopped.Remove(server);
        var isClosed = closing.Remove(server);
        world.Revive(server, i => isClosed ? i with { ReadOnly = true, SuperReadOnly = true } : i);
    }

    public void Cut(string process, IEnumerable<InstanceKey> from)
    {
        foreach (var server in from) cuts.Add((process, server));
    }

    public void Heal(string process) => cuts.RemoveWhere(c => c.Process == process);

    /// <summary>Its replicas do not reach it any more.</summary>
    public void Part(InstanceKey source)
    {
        foreach (var replica in world.Now.ReplicasOf(source))
            world.Link(replica.Key, l => l with
            {
                Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003,
                ReceiverError = "error connecting to source",
            });
    }

    public void Join(InstanceKey source)
    {
        foreach (var replica in world.Now.ReplicasOf(source))
            world.Link(replica.Key, l => l.Source != source || l.Receiver != ReplicationThread.Connecting ? l : l with
            {
                Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0, ReceiverError = "",
            });
    }

    public async Task<string> HoldAsync(InstanceKey server, CancellationToken cancel)
    {
        var ends = new TaskCompletionSource<string>();
        sessions.Add((server, ends));
        return await ends.Task.WaitAsync(cancel);
    }

    public void CloseLater(InstanceKey server) => closing.Add(server);

    public void Add(StepFault fault) => faults.Add(fault);

    /// <summary>Looks at these servers take until they go on.</summary>
    public void HangLooks(Func<InstanceKey, bool> at) => (looksSlowly, looks) = (at, new TaskCompletionSource());

    public Task BeforeLookAsync(InstanceKey server, CancellationToken cancel) =>
        looksSlowly(server) ? looks.Task.WaitAsync(cancel) : Task.CompletedTask;

    public void GoOn()
    {
        looksSlowly = _ => false;
        looks.TrySetResult();
        foreach (var fault in hanging) fault.GoOn();
        hanging.Clear();
    }

    /// <summary>What happens before a step runs; each fault happens to one step.</summary>
    public async Task BeforeAsync(PlanStep step, CancellationToken cancel)
    {
        while (faults.Find(f => f.IsOf(step)) is { } fault)
        {
            faults.Remove(fault);
            hanging.Add(fault);
            await fault.HappenAsync().WaitAsync(cancel);
        }
    }

    private void Break(InstanceKey server)
    {
        var broken = sessions.Where(s => s.Server == server).ToArray();
        sessions.RemoveAll(s => s.Server == server);
        foreach (var session in broken) session.Ends.TrySetResult("the session broke");
    }
}
