using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.App.Logging;

/// <summary>Loggers for what outlives an invocation: every line names one that runs when the line is written.</summary>
public sealed class InvocationLoggers(ILoggerFactory inner, RunningInvocations running) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new InvocationLogger(inner.CreateLogger(categoryName), running);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The factory behind it belongs to the container.</summary>
    public void Dispose()
    {
    }

    private sealed class InvocationLogger(ILogger inner, RunningInvocations running) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel)) return;
            running.Write(invocation =>
            {
                using var scope = inner.BeginScope(RunningInvocations.ScopeOf(invocation));
                inner.Log(logLevel, eventId, state, exception, formatter);
            });
        }
    }
}
