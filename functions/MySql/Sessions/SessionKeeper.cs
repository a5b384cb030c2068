using System.Net;
using System.Net.Sockets;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.MySql.Errors;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Holds a session that waits inside the server, so that a crash breaks it within a round trip, and beside it the fence
/// session, idle and ready.
/// </summary>
public sealed class SessionKeeper : ISessionKeeper
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Nap = TimeSpan.FromSeconds(20);

    /// <summary>Time for the reader to wait for the greeting before the connection is lost.</summary>
    private static readonly TimeSpan Pending = TimeSpan.FromMilliseconds(50);

    private readonly SessionRegistry registry;
    private readonly OwnErrors? mistakes;

    /// <param name="mistakes">Hears of exceptions that are no answer of a server; null where nobody counts
    /// them.</param>
    internal SessionKeeper(SessionRegistry registry, OwnErrors? mistakes) =>
        (this.registry, this.mistakes) = (registry, mistakes);

    /// <inheritdoc/>
    public async Task<string> HoldAsync(InstanceKey key, CancellationToken cancel)
    {
        var server = registry.Of(key);
        Session? held = null;
        var wasOpen = false;
        try
        {
            await server.Fence.WarmAsync(OpenTimeout, cancel);
            held = await server.SessionOpener.OpenAsync(key, OpenTimeout, cancel);
            wasOpen = true;
            await SleepInServerAsync(server, held, cancel);
            return $"the session held open to {key} ended";
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var failed = ProbeFailureClassifier.Of(e, wasOpen);
            if (failed.Kind == ProbeFailureKind.OwnError) mistakes?.Note(key, e);
            return wasOpen
                ? $"the session held open to {key} broke: {failed.Says}"
                : $"no session to {key}: {failed.Says}";
        }
        finally
        {
            held?.Close();
        }
    }

    /// <inheritdoc/>
    public async Task WarmAsync(InstanceKey key, CancellationToken cancel)
    {
        var server = registry.Of(key);
        Session? session = null;
        try
        {
            (session, _) = await server.Working.TakeAsync(OpenTimeout, cancel);
            await session.ExecuteAsync("DO 0", OpenTimeout, cancel);
            await session.IdentityAsync(OpenTimeout, cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            // The next probe says what is wrong with the server.
        }
        finally
        {
            if (session is not null) server.Working.Return(session);
        }
    }

    /// <inheritdoc/>
    public async Task PractiseLossAsync(CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var key = new InstanceKey($"{IPAddress.Loopback}", ((IPEndPoint)listener.LocalEndpoint).Port);
        var holding = HoldAsync(key, cancel);
        using (var accepted = await listener.AcceptSocketAsync(cancel))
        {
            // Closed like this it resets the connection, as a server that is killed does.
            await Task.Delay(Pending, registry.SessionOpener.Time, cancel);
            accepted.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        listener.Stop();
        await holding;
        registry.Forget(key);
    }

    // A statement that sleeps costs the server nothing while it lasts, and its connection is watched by a pending read
    // here.
    private static async Task SleepInServerAsync(ServerSessions server, Session held, CancellationToken cancel)
    {
        while (true)
        {
            var nap = new Countdown(server.Time, Nap);
            var sleeping = held.Send($"DO SLEEP({(int)Nap.TotalSeconds})", Nap + Nap);
            try
            {
                await sleeping.WaitAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                held.Abandon(sleeping);
                _ = server.KillAsync(held.ServerThread, OpenTimeout); // left alone, the sleeper wakes at the end of its nap
                throw;
            }
            // Somebody killed the statement, not the session: sleep again, without spinning.
            if (nap.Elapsed < Breath) await Task.Delay(Breath, server.Time, cancel);
            // Who made the server writable ended the fence sessions of all other processes: the way in is opened again.
            await WarmFenceAsync(server, cancel);
        }
    }

    // The session that is held says how the server is; this one only has to be there.
    private static async Task WarmFenceAsync(ServerSessions server, CancellationToken cancel)
    {
        try
        {
            await server.Fence.WarmAsync(OpenTimeout, cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancel.IsCancellationRequested)
        {
            // It is tried again after the next nap.
        }
    }
}
