using System.Net;
using System.Net.Sockets;

namespace OrchestratorFunctions.MySql.Tests.Probing;

/// <summary>Hands every connection at one address on to a port of 127.0.0.1.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener listener;

    public Relay(IPAddress address, int port, int target)
    {
        listener = new TcpListener(address, port);
        listener.Start();
        _ = AcceptAsync(target);
    }

    public void Dispose() => listener.Dispose();

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

    private static async Task JoinAsync(TcpClient client, int target)
    {
        using var server = new TcpClient();
        using (client)
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target);
                var (one, other) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(one.CopyToAsync(other), other.CopyToAsync(one));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // one side went away
            }
    }
}
