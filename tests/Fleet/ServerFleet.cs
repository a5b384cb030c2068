using System.Collections.Concurrent;
using OrchestratorFunctions.Fleet.Building;

namespace OrchestratorFunctions.Fleet;

/// <summary>A primary and its replicas on loopback: real servers that replicate with GTIDs.</summary>
public sealed class ServerFleet : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<string?>> Reasons = new();
    private readonly Func<Task> _takeDown;

    private ServerFleet(string kind, IReadOnlyList<FleetServer> servers, Func<Task> takeDown)
    {
        Kind = kind;
        Servers = servers;
        _takeDown = takeDown;
        Console.Error.WriteLine($"Fleet: {kind}, {string.Join(' ', servers.Select(server => server.Key))}");
    }

    public IReadOnlyList<FleetServer> Servers { get; }

    /// <summary>The server that starts out as the primary.</summary>
    public FleetServer Primary => Servers[0];

    /// <summary>The servers that start out as replicas, in the order of their ports.</summary>
    public IReadOnlyList<FleetServer> Replicas => [.. Servers.Skip(1)];

    /// <summary>Which way the servers run: "unpacked mysql-9.7" or "docker mysql:9.7".</summary>
    public string Kind { get; }

    /// <summary>Starts a fleet and returns when every replica has what the primary wrote.</summary>
    public static async Task<ServerFleet> StartAsync(FleetRequest request)
    {
        if (ContainerFleet.CanRun(request))
        {
            var containers = await ContainerFleet.StartAsync(request);
            return new ServerFleet(containers.Kind, containers.Servers, () => containers.DisposeAsync().AsTask());
        }
        var (name, kind, servers) = await ProcessFleet.StartAsync(request);
        return new ServerFleet(kind, servers, () => Task.Run(() => ProcessFleet.TakeDown(name)));
    }

    /// <summary>Null when servers of that kind can run here, else one sentence that says why not.</summary>
    /// <remarks>The first question for a kind downloads and prepares it, so that the answer is true.</remarks>
    public static string? WhyUnavailable(string kind) => Reasons.GetOrAdd(kind, asked => new Lazy<string?>(() => Prepare(asked))).Value;

    public async ValueTask DisposeAsync() => await _takeDown();

    private static string? Prepare(string kind)
    {
        try
        {
            // On a pool thread, so that a caller with a synchronization context does not wait for itself.
            Task.Run(() => FleetBuilder.PrepareAsync(new(kind), Docker.Answers, CancellationToken.None)).GetAwaiter().GetResult();
            return null;
        }
        catch (FleetException e) when (e.Code == 3)
        {
            return e.Message;
        }
    }
}
