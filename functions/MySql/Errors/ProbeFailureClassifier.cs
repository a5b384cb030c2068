using System.Net.Sockets;
using System.Security.Authentication;
using MySqlConnector;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.MySql.Errors;

/// <summary>
/// Tells failures apart by error number and exception type, never by text.
/// Source: MySQL manual, "Server Error Message Reference"; MySqlConnector's MySqlErrorCode;
/// System.Net.Sockets.SocketError.
/// </summary>
internal static class ProbeFailureClassifier
{
    /// <summary>
    /// What a failed attempt means; <paramref name="wasOpen"/>: it went over a session that had worked before.
    /// </summary>
    public static ProbeOutcome.Failed Of(Exception exception, bool wasOpen)
    {
        if (Causes(exception).OfType<UnsupportedServerException>().FirstOrDefault() is { } unsupported)
            return new ProbeOutcome.Failed(ProbeFailureKind.Unsupported, Brief(unsupported.Message));
        var number = NumberOf(exception);
        var kind = OfServerError(number) ?? OfCause(exception, wasOpen);
        return new ProbeOutcome.Failed(kind, Sentence(kind, exception, number), number);
    }

    /// <summary>The server's own error number, 0 when the server said nothing.</summary>
    public static int NumberOf(Exception exception) =>
        exception is MySqlException e
        && e.ErrorCode is not (MySqlErrorCode.None or MySqlErrorCode.UnableToConnectToHost
            or MySqlErrorCode.CommandTimeoutExpired)
            ? (int)e.ErrorCode
            : 0;

    /// <summary>The server answered a statement with an error, so the session itself is in order.</summary>
    public static bool IsServerAnswer(Exception exception) => NumberOf(exception) > 0;

    public static bool IsTimeout(Exception exception) =>
        Causes(exception).Any(c => c is TimeoutException or OperationCanceledException
        or MySqlException { ErrorCode: MySqlErrorCode.CommandTimeoutExpired }
        or SocketException { SocketErrorCode: SocketError.TimedOut });

    private static ProbeFailureKind? OfServerError(int number) => number switch
    {
        1040 or 1203 or 1226 => ProbeFailureKind.TooManyConnections,
        1044 or 1045 or 1129 or 1130 or 1142 or 1143 or 1227 or 1251 or 1396 or 1524 or 1698 or 1820 or 1862
            or 2049 or 2059 or 2061 or 3118 or 3159 or 3878 or 3955 or 4151 => ProbeFailureKind.AuthenticationDenied,
        1053 or 1077 or 1078 or 1079 or 1927 or 3032 or 3169 => ProbeFailureKind.ShuttingDown,
        1043 or 1047 or 1153 or 1156 or 1157 or 1158 => ProbeFailureKind.NotAServer,
        1159 or 1160 or 1161 or 1184 or 4031 => ProbeFailureKind.Reset,
        0 => null,
        _ => ProbeFailureKind.Other,
    };

    private static ProbeFailureKind OfCause(Exception exception, bool wasOpen)
    {
        var causes = Causes(exception).ToArray();
        if (IsTimeout(exception)) return ProbeFailureKind.TimedOut;
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
            return OfSocket(socket.SocketErrorCode, wasOpen);
        if (causes.Any(c => c is AuthenticationException)) return ProbeFailureKind.Tls;
        if (causes.Any(c => c is MySqlProtocolException or UnreadableGreetingException))
            return ProbeFailureKind.NotAServer;
        // A server that runs greets first; what accepts and closes, or says something else, is none.
        if (causes.Any(c => c is IOException or MySqlException))
            return wasOpen ? ProbeFailureKind.Reset : ProbeFailureKind.NotAServer;
        return ProbeFailureKind.OwnError;
    }

    private static ProbeFailureKind OfSocket(SocketError error, bool wasOpen) => error switch
    {
        SocketError.ConnectionRefused => ProbeFailureKind.Refused,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown
            or SocketError.NetworkDown or SocketError.AddressNotAvailable => ProbeFailureKind.Unreachable,
        SocketError.TimedOut => ProbeFailureKind.TimedOut,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery
            => ProbeFailureKind.NameNotFound,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.NotConnected
            => ProbeFailureKind.Reset,
        _ => wasOpen ? ProbeFailureKind.Reset : ProbeFailureKind.Other,
    };

    /// <summary>The whole chain from the outside in.</summary>
    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? at = exception; at is not null; at = at.InnerException)
        {
            yield return at;
            if (at is AggregateException several)
                foreach (var inner in several.InnerExceptions.Skip(1)) yield return inner;
        }
    }

    // Server texts name accounts and hosts, never passwords; client texts are ours. One line, bounded.
    private static string Sentence(ProbeFailureKind kind, Exception exception, int number)
    {
        var says = kind switch
        {
            ProbeFailureKind.Refused => "nothing listens there",
            ProbeFailureKind.Unreachable => "no route to it",
            ProbeFailureKind.TimedOut => "no answer in time",
            ProbeFailureKind.Reset => "the connection broke",
            ProbeFailureKind.NameNotFound => "its name does not resolve",
            ProbeFailureKind.Tls => "TLS could not be agreed on",
            ProbeFailureKind.NotAServer => "what answers there is no MySQL or MariaDB server",
            ProbeFailureKind.OwnError => "our own error, which says nothing of the server: "
                + $"{exception.GetType().Name}: {Brief(exception.Message)}",
            _ => "",
        };
        if (number > 0) return Said(number, exception);
        return says.Length > 0 ? says : $"{exception.GetType().Name}: {Brief(exception.Message)}";
    }

    /// <summary>The server's error as one bounded line.</summary>
    public static string Said(int number, Exception exception) => $"error {number}: {Brief(exception.Message)}";

    private static string Brief(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 300 ? line : line[..300] + "...";
    }
}
