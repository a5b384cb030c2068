using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Api.Access;

/// <summary>Everything this room says to the log, in one place.</summary>
internal static partial class Log
{
    /// <summary>A name that is not ours is not shown: people type their password there.</summary>
    /// <param name="caller">Who is not let in.</param>
    public static void Refused(this ILogger log, Caller caller, string user, System.Net.IPAddress? address)
    {
        var what = caller.Tried == user ? $"the right user '{user}' with a wrong password" : "another user";
        if (caller.TriedToken is { } token) what = $"the token {token}_…";
        WrongPassword(log, what, address?.ToString() ?? "an unknown address");
    }

    [LoggerMessage(1, LogLevel.Warning, "Refused a sign-in: {What}, from {Address}")]
    private static partial void WrongPassword(ILogger log, string what, string address);

    [LoggerMessage(3, LogLevel.Warning, "Could not keep when the token {Token} was used: {Error}")]
    public static partial void UseNotKept(this ILogger log, string token, string error);

    [LoggerMessage(2, LogLevel.Error, "Could not answer {Path}")]
    public static partial void NotAnswered(this ILogger log, string path, Exception error);
}
