using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.App;

/// <summary>Everything this door says to the log, in one place.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Message {Message} goes to the dead-letter queue: the body {Problem}")]
    public static partial void DeadLettered(this ILogger logger, string message, string problem);

    [LoggerMessage(2, LogLevel.Warning, "{What} is tried again at the next tick: {Says}")]
    public static partial void NextTick(this ILogger logger, string what, string says);

    [LoggerMessage(3, LogLevel.Information, "Cleaned: {Recoveries} recoveries, {Entries} audit entries, {Histories} orchestration histories")]
    public static partial void Cleaned(this ILogger logger, int recoveries, int entries, int histories);
}
