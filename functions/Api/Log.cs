using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Api;

/// <summary>Everything this room says to the log, in one place.</summary>
internal static partial class Log
{
    /// <summary>More of a name is not a name.</summary>
    private const int NameMost = 64;

    /// <summary>The name is a stranger's word: only so much of it as cannot make a line of its own.</summary>
    public static void WrongPassword(this ILogger log, string user, System.Net.IPAddress? address) =>
        WrongPassword(log, string.Concat(user.Take(NameMost).Select(c => char.IsControl(c) ? '?' : c)), address?.ToString() ?? "an unknown address");

    [LoggerMessage(1, LogLevel.Warning, "Wrong user or password: '{User}' from {Address}")]
    private static partial void WrongPassword(ILogger log, string user, string address);
}
