using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Keeps what was said to the log.</summary>
internal sealed class ListLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Says)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception) + (exception is null ? "" : $"\n{exception}")));
}
