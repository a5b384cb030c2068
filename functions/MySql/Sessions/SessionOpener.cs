using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Settings;

namespace OrchestratorFunctions.MySql.Sessions;

/// <summary>
/// Opens sessions, and finds out why one did not open: MySqlConnector answers a refusal, a missing route and an unknown
/// name with the same error and no cause, and these are different evidence.
/// </summary>
internal sealed class SessionOpener(
    MySqlOptions options, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    /// <summary>
    /// Sessions that change anything have this schema, so that whoever opens a server for writes finds the sessions of
    /// all processes on which a statement may still be on its way (0022). Nothing else shows of an idle session.
    /// </summary>
    public const string ActingSchema = "information_schema";

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve =
        resolve ?? ((host, cancel) => Dns.GetHostAddressesAsync(host, cancel));

    public MySqlOptions Options => options;

    public TimeProvider Time => time;

    /// <param name="acts">It will carry statements that change something.</param>
    public async Task<Session> OpenAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel, bool acts = false)
    {
        var limit = new Countdown(time, timeout);
        // Looked up apart from connecting, so that a slow resolver is never taken for a slow server.
        if (!IPAddress.TryParse(key.Host, out _)) await ResolveAsync(key.Host, timeout, cancel);
        try
        {
            var connection = options.ConnectionString(key, timeout, acts ? ActingSchema : "");
            return await Session.OpenAsync(connection, time, limit.Left, cancel);
        }
        catch (MySqlException e) when (e is { ErrorCode: MySqlErrorCode.UnableToConnectToHost, InnerException: null })
        {
            throw await CauseAsync(key, timeout - limit.Elapsed, cancel) ?? e;
        }
    }

    /// <summary>
    /// Throws a <see cref="SocketException"/> when the name leads nowhere, or the resolver takes too long to say.
    /// </summary>
    public async Task<IPAddress[]> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            var addresses = await resolve(host, cancel).WaitAsync(timeout, time, cancel);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (TimeoutException)
        {
            throw new SocketException((int)SocketError.TryAgain);
        }
    }

    // Null when the connection now works: whatever it was, it is no evidence.
    private async Task<Exception?> CauseAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        if (timeout <= TimeSpan.Zero) return new TimeoutException();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var over = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);
        try
        {
            await socket.ConnectAsync(key.Host, key.Port, either.Token);
            return options.SslMode >= MySqlSslMode.Required
                ? new AuthenticationException("the server offers no TLS")
                : null;
        }
        catch (SocketException e)
        {
            return e;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new TimeoutException();
        }
    }
}
