using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.App;

/// <summary>Everything this door says to the log, in one place.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Message {Message} goes to the dead-letter queue: the body {Problem}")]
    public static partial void DeadLettered(this ILogger logger, string message, string problem);

    [LoggerMessage(2, LogLevel.Warning, "{Lines} log lines were dropped, because no function was running")]
    public static partial void LeftOut(this ILogger logger, int lines);

    [LoggerMessage(3, LogLevel.Warning, "No orchestration was started for recovery {Recovery}; it is taken up from its record")]
    public static partial void NotStarted(this ILogger logger, string recovery, Exception exception);
}
