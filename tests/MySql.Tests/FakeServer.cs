using System.Net;
using System.Net.Sockets;
using System.Text;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>Something at a port that is not a well server.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private FakeServer(Func<NetworkStream, Task> talk)
    {
        listener.Start();
        Key = new InstanceKey("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        _ = AcceptAsync(talk);
    }

    public InstanceKey Key { get; }

    public static FakeServer Closing() => new(_ => Task.CompletedTask);

    public static FakeServer Silent() => new(_ => Task.Delay(Timeout.Infinite));

    public static FakeServer Saying(params byte[] bytes) => new(async stream => await stream.WriteAsync(bytes));

    /// <summary>The packet a server sends instead of a greeting.</summary>
    public static FakeServer Refusing(int error, string text)
    {
        byte[] payload = [0xff, (byte)error, (byte)(error >> 8), .. Encoding.ASCII.GetBytes(text)];
        return Saying([(byte)payload.Length, 0, 0, 0, .. payload]);
    }

    /// <summary>A port nothing listens at.</summary>
    public static InstanceKey Nobody()
    {
        using var server = Closing();
        return server.Key;
    }

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync(Func<NetworkStream, Task> talk)
    {
        try
        {
            while (true) _ = TalkAsync(await listener.AcceptTcpClientAsync(), talk);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // stopped
        }
    }

    private static async Task TalkAsync(TcpClient client, Func<NetworkStream, Task> talk)
    {
        using (client)
            try
            {
                await talk(client.GetStream());
            }
            catch (IOException)
            {
                // the other side went away
            }
    }
}
