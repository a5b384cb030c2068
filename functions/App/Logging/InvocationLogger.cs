using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.App.Logging;

/// <summary>
/// A logger for what outlives an invocation: every line names one that runs when the line is written.
/// </summary>
internal sealed class InvocationLogger(ILogger inner, RunningInvocations running) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (inner.IsEnabled(level)) running.Write(invocation =>
        {
            using var scope = inner.BeginScope(RunningInvocations.ScopeOf(invocation));
            inner.Log(level, id, state, exception, formatter);
        });
    }
}
