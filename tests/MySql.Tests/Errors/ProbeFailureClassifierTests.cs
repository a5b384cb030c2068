using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.MySql.Errors;

namespace OrchestratorFunctions.MySql.Tests.Errors;

public sealed class ProbeFailureClassifierTests
{
    [Theory]
    [InlineData(1040, ProbeFailureKind.TooManyConnections)]
    [InlineData(1203, ProbeFailureKind.TooManyConnections)]
    [InlineData(1130, ProbeFailureKind.AuthenticationDenied)]
    [InlineData(1045, ProbeFailureKind.AuthenticationDenied)]
    [InlineData(3118, ProbeFailureKind.AuthenticationDenied)]
    [InlineData(1053, ProbeFailureKind.ShuttingDown)]
    [InlineData(3032, ProbeFailureKind.ShuttingDown)]
    [InlineData(1064, ProbeFailureKind.Other)]
    public async Task A_servers_refusal_is_told_by_its_number(int error, ProbeFailureKind kind)
    {
        using var server = FakeServer.Refusing(error, "whatever it says");
        var failed = await ProbeAsync(server.Key);
        Assert.Equal((kind, error), (failed.Kind, failed.ErrorCode));
        Assert.Equal($"error {error}: whatever it says", failed.Says);
    }

    [Fact]
    public async Task What_closes_or_talks_nonsense_is_no_server()
    {
        using var closing = FakeServer.Closing();
        using var ssh = FakeServer.Saying(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2p1\r\n"));
        using var http = FakeServer.Saying(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        using var garbage = FakeServer.Saying(5, 0, 0, 0, 1, 2, 3, 4, 5, 9, 9, 9);
        foreach (var server in new[] { closing, ssh, http, garbage })
            Assert.Equal(ProbeFailureKind.NotAServer, (await ProbeAsync(server.Key)).Kind);
    }

    public static TheoryData<Exception> Mistakes() =>
    [
        new KeyNotFoundException("x"), new ArgumentException("An item with the same key has already been added."),
        new ArgumentOutOfRangeException("timeout"), new InvalidOperationException("Sequence contains no elements"),
        new FormatException("x"), new OverflowException(), new ObjectDisposedException("x"),
        new InvalidCastException("x"),
    ];

    /// <summary>Also before a server has greeted: a timeout below zero was once told as "no MySQL server".</summary>
    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_of_ours_is_no_evidence_about_the_server(Exception mistake)
    {
        foreach (var wasOpen in new[] { true, false })
        {
            var failed = ProbeFailureClassifier.Of(mistake, wasOpen);
            Assert.Equal(ProbeFailureKind.OwnError, failed.Kind);
            Assert.False(failed.IsEvidenceOfDeath);
            Assert.False(failed.ShowsLife);
            Assert.Contains("our own error", failed.Says, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_mistake_of_ours_is_counted_and_its_stack_is_logged()
    {
        var mistakes = new OwnErrors(NullLogger.Instance, TimeProvider.System);
        await using var room = new MySqlServers(Fleets.Options, (_, _) => throw new KeyNotFoundException("key 7"), mistakes: mistakes);
        var key = new InstanceKey("db1.example", 3306);
        var failed = Assert.IsType<ProbeOutcome.Failed>(await room.Probe.ProbeAsync(key, TimeSpan.FromSeconds(1), default));
        Assert.Equal(ProbeFailureKind.OwnError, failed.Kind);
        await room.Sessions.HoldAsync(key, default);
        Assert.Equal(("KeyNotFoundException: key 7", key), (mistakes.All[0].Says, mistakes.All[0].Server));
        Assert.Equal(2, mistakes.All.Sum(m => m.Count));
    }

    /// <summary>What a server or its network does is none of our mistakes.</summary>
    [Fact]
    public async Task What_a_server_does_is_not_counted()
    {
        var mistakes = new OwnErrors(NullLogger.Instance, TimeProvider.System);
        await using var room = new MySqlServers(Fleets.Options, mistakes: mistakes);
        using var http = FakeServer.Saying(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        using var silent = FakeServer.Silent();
        foreach (var key in new[] { http.Key, silent.Key, FakeServer.Nobody() })
            await room.Probe.ProbeAsync(key, TimeSpan.FromMilliseconds(200), default);
        Assert.Empty(mistakes.All);
    }

    [Fact]
    public async Task A_port_nobody_listens_at_refuses_at_once()
    {
        var clock = Stopwatch.StartNew();
        var failed = await ProbeAsync(FakeServer.Nobody(), milliseconds: 30_000);
        Assert.Equal(ProbeFailureKind.Refused, failed.Kind);
        Assert.True(failed.IsDefinite);
        // Long before its time is over.
        Assert.InRange(clock.ElapsedMilliseconds, 0, 20_000);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    public async Task A_silent_port_times_out_in_time(int milliseconds)
    {
        using var server = FakeServer.Silent();
        var clock = Stopwatch.StartNew();
        Assert.Equal(ProbeFailureKind.TimedOut, (await ProbeAsync(server.Key, milliseconds)).Kind);
        // It is silent for good.
        Assert.InRange(clock.ElapsedMilliseconds, milliseconds - 20, milliseconds + 5000);
    }

    [Fact]
    public async Task A_name_that_leads_nowhere_or_a_slow_resolver_says_nothing_of_the_server()
    {
        var key = new InstanceKey("db1.example", 3306);
        Func<string, CancellationToken, Task<IPAddress[]>>[] resolvers =
        [
            (_, _) => throw new SocketException((int)SocketError.HostNotFound),
            (_, _) => Task.FromResult<IPAddress[]>([]),
            async (_, cancel) => { await Task.Delay(Timeout.Infinite, cancel); return []; },
        ];
        foreach (var resolver in resolvers)
        {
            await using var room = new MySqlServers(Fleets.Options, resolver);
            var outcome = await room.Probe.ProbeAsync(key, TimeSpan.FromMilliseconds(200), default);
            Assert.Equal(ProbeFailureKind.NameNotFound, Assert.IsType<ProbeOutcome.Failed>(outcome).Kind);
            Assert.False(outcome.IsEvidenceOfDeath);
        }
    }

    [Fact]
    public async Task A_cancelled_probe_throws_and_an_answered_one_does_not()
    {
        using var server = FakeServer.Silent();
        await using var room = new MySqlServers(Fleets.Options);
        using var stop = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.Probe.ProbeAsync(server.Key, TimeSpan.FromSeconds(5), stop.Token));
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, ProbeFailureKind.Refused)]
    [InlineData(SocketError.HostUnreachable, ProbeFailureKind.Unreachable)]
    [InlineData(SocketError.NetworkUnreachable, ProbeFailureKind.Unreachable)]
    [InlineData(SocketError.TimedOut, ProbeFailureKind.TimedOut)]
    [InlineData(SocketError.ConnectionReset, ProbeFailureKind.Reset)]
    [InlineData(SocketError.HostNotFound, ProbeFailureKind.NameNotFound)]
    [InlineData(SocketError.TryAgain, ProbeFailureKind.NameNotFound)]
    public void Socket_errors_are_told_apart_however_deep_they_lie(SocketError error, ProbeFailureKind kind)
    {
        var cause = new SocketException((int)error);
        Assert.Equal(kind, ProbeFailureClassifier.Of(cause, wasOpen: false).Kind);
        Assert.Equal(kind, ProbeFailureClassifier.Of(new IOException("outer", new IOException("inner", cause)), wasOpen: false).Kind);
    }

    [Fact]
    public void The_rest_is_told_by_type()
    {
        Assert.Equal(ProbeFailureKind.Reset, ProbeFailureClassifier.Of(new EndOfStreamException(), wasOpen: true).Kind);
        Assert.Equal(ProbeFailureKind.NotAServer, ProbeFailureClassifier.Of(new EndOfStreamException(), wasOpen: false).Kind);
        Assert.Equal(ProbeFailureKind.TimedOut, ProbeFailureClassifier.Of(new TimeoutException(), wasOpen: true).Kind);
        Assert.Equal(ProbeFailureKind.Tls, ProbeFailureClassifier.Of(new IOException("", new AuthenticationException()), wasOpen: false).Kind);
        Assert.Equal(ProbeFailureKind.OwnError, ProbeFailureClassifier.Of(new InvalidCastException(), wasOpen: false).Kind);
    }

    private static async Task<ProbeOutcome.Failed> ProbeAsync(InstanceKey key, int milliseconds = 1000)
    {
        await using var room = new MySqlServers(Fleets.Options);
        return Assert.IsType<ProbeOutcome.Failed>(await room.Probe.ProbeAsync(key, TimeSpan.FromMilliseconds(milliseconds), default));
    }
}
