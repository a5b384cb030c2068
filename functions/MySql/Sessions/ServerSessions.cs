using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Probing;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>Everything held open to one server and remembered of it: probing, working and fencing never wait for each other.</summary>
internal sealed class ServerSessions
{
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(2);

    private volatile Asked? asked;
    private volatile Met? met;

    public ServerSessions(InstanceKey key, Dialer dialer)
    {
        Key = key;
        Dialer = dialer;
        Probing = new SessionSlot(key, dialer);
        Working = new SessionSlot(key, dialer);
        Fence = new FenceSession(this);
    }

    public InstanceKey Key { get; }

    public Dialer Dialer { get; }

    public MySqlOptions Options => Dialer.Options;

    public SessionSlot Probing { get; }

    public SessionSlot Working { get; }

    public FenceSession Fence { get; }

    public ProbeMemory Memory { get; } = new();

    /// <summary>What the server at the other end understands; asked once for every version met.</summary>
    public async Task<ServerFeatures> FeaturesAsync(Session session, TimeSpan timeout, CancellationToken cancel)
    {
        var greeting = session.Greeting;
        if (met is { } before && before.Greeting == greeting) return before.Features;
        var version = await session.QueryAsync("SELECT @@version, @@version_comment", async reader =>
        {
            await reader.ReadAsync();
            return ServerVersion.Parse(reader.GetString(0), reader.GetString(1));
        }, timeout, cancel);
        var features = ServerFeatures.Of(version);
        met = new Met(greeting, features);
        return features;
    }

    public ImmutableArray<ProbeQuestion> Questions(ServerFeatures features, ProbeDepth depth)
    {
        var known = asked;
        if (known is null || known.Features != features)
            asked = known = new Asked(features, [.. Enum.GetValues<ProbeDepth>().Select(d => ProbeQuestions.Of(features, Options, d))]);
        return known.ByDepth[(int)depth];
    }

    /// <summary>Ends one of our own sessions from outside; best effort, never throws.</summary>
    public async Task KillAsync(int thread)
    {
        Session? session = null;
        try
        {
            session = await Dialer.OpenAsync(Key, KillTimeout, CancellationToken.None);
            await session.ExecuteAsync($"KILL {thread}", KillTimeout, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The server is gone or hangs, and the session with it.
        }
        finally
        {
            session?.Close();
        }
    }

    public void Close()
    {
        Probing.Close();
        Working.Close();
        Fence.Close();
    }

    private sealed record Met(string Greeting, ServerFeatures Features);

    private sealed record Asked(ServerFeatures Features, ImmutableArray<ImmutableArray<ProbeQuestion>> ByDepth);
}
