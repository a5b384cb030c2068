using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Api.Events;

/// <summary>Everything this folder says to the log, in one place.</summary>
internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Warning, "Nothing can be told to who listens: the clusters could not be read")]
    public static partial void NothingToTell(this ILogger log, Exception error);
}
