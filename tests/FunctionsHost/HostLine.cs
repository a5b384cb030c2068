using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.FunctionsHost;

/// <summary>A line that reached the host's log.</summary>
/// <param name="Category">As the host files it: <c>Function.NAME.User</c> for what a function says.</param>
public sealed record HostLine(DateTimeOffset At, string Category, LogLevel Level, string Text);
