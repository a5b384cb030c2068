using System.Net;
using System.Net.Sockets;

namespace OrchestratorFunctions.MySql.Tests.Probing;

/// <summary>Hands every connection at one address on to a port of 127.0.0.1; a network that delivers late where it is told to.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener listener;
    private volatile TaskCompletionSource open = new();
    private volatile byte[]? until;
    private readonly System.Collections.Concurrent.ConcurrentBag<TcpClient> clients = [];

    public Relay(IPAddress address, int port, int target)
    {
        open.SetResult();
        listener = new TcpListener(address, port);
        listener.Start();
        _ = AcceptAsync(target);
    }

    /// <summary>From now on nothing of what clients send arrives; what servers send does.</summary>
    public void Hold()
    {
        until = null;
        open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The same from the moment a client sends this text.</summary>
    public void HoldFrom(string text) => until = System.Text.Encoding.ASCII.GetBytes(text);

    public bool IsHolding => !open.Task.IsCompleted;

    /// <summary>What was held arrives where there is still somebody to hear it.</summary>
    public void Release() => open.TrySetResult();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whoever connects from now on is refused; what is connected stays so.</summary>
    public void StopListening() => listener.Stop();

    /// <summary>Every connection breaks.</summary>
    public void Break()
    {
        foreach (var client in clients) client.Dispose();
    }

    public void Dispose()
    {
        Break();
        Release();
        listener.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true) _ = JoinAsync(await listener.AcceptTcpClientAsync(), target);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task JoinAsync(TcpClient client, int target)
    {
        using var server = new TcpClient { NoDelay = true };
        clients.Add(client);
        using (client)
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, target);
                var (one, other) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(DeliverAsync(one, other), other.CopyToAsync(one));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // one side went away
            }
    }

    private async Task DeliverAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16384];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            if (until is { } text && buffer.AsSpan(0, read).IndexOf(text) >= 0) Hold();
            await open.Task;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }
}
