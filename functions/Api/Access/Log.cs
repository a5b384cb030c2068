using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Api.Access;

/// <summary>Everything this room says to the log, in one place.</summary>
internal static partial class Log
{
    /// <summary>A name that is not ours is not shown: people type their password there.</summary>
    public static void WrongPassword(this ILogger log, string tried, string user, System.Net.IPAddress? address) =>
        WrongPassword(log, tried == user ? $"the right user '{user}' with a wrong password" : "another user", address?.ToString() ?? "an unknown address");

    [LoggerMessage(1, LogLevel.Warning, "Refused a sign-in: {What}, from {Address}")]
    private static partial void WrongPassword(ILogger log, string what, string address);

    [LoggerMessage(2, LogLevel.Error, "Could not answer {Path}")]
    public static partial void NotAnswered(this ILogger log, string path, Exception error);
}
