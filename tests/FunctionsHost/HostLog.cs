using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrchestratorFunctions.FunctionsHost;

/// <summary>
/// The host's log: what passes the levels of <c>host.json</c>, read by the framework's own rules. A line of a worker counts when it names an
/// invocation that is running; a line on standard error is an error only when its words say so, and information otherwise. Both as seen on a
/// host 4.1037.
/// </summary>
public sealed class HostLog : ILoggerProvider
{
    private static readonly string[] WordsOfErrors = ["error", "fail", "severe", "unhandled exception"];

    /// <summary>Generous: the machine may be busy with other things.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<HostLine> lines = new();
    private readonly ConcurrentQueue<string> dropped = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly ServiceProvider services;
    private readonly ILoggerFactory loggers;

    /// <param name="hostJson">Path of the file.</param>
    public HostLog(string hostJson)
    {
        var levels = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(hostJson)).Build().GetSection("logging");
        services = new ServiceCollection().AddLogging(b => b.AddConfiguration(levels).AddProvider(this)).BuildServiceProvider();
        loggers = services.GetRequiredService<ILoggerFactory>();
    }

    /// <summary>What a person who opens the log stream sees.</summary>
    public IReadOnlyList<HostLine> Lines => [.. lines];

    /// <summary>Lines the worker sent and the host could not place.</summary>
    public IReadOnlyList<string> Dropped => [.. dropped];

    /// <summary>Waits until so many lines have that text, and gives the last of them; what the log has instead when they do not come.</summary>
    public async Task<HostLine> SaysAsync(string text, int times = 1)
    {
        while (true)
        {
            var found = lines.Where(l => l.Text.Contains(text, StringComparison.Ordinal)).Take(times).ToArray();
            if (found.Length == times) return found[^1];
            if (!await news.WaitAsync(Patience))
                throw new TimeoutException($"no line says '{text}' but:\n{string.Join('\n', lines)}\ndropped:\n{string.Join('\n', dropped)}");
        }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(categoryName, line =>
    {
        lines.Enqueue(line);
        news.Release();
    });

    public void Dispose()
    {
        loggers.Dispose();
        services.Dispose();
        news.Dispose();
    }

    /// <param name="function">Name of the function whose invocation the line names; null when that is not running.</param>
    internal void Take(string? function, LogLevel level, string text)
    {
        if (function is null) dropped.Enqueue(text);
        else Write(loggers.CreateLogger($"Function.{function}.User"), level, text);
    }

    internal void TakeFromConsole(string line, bool isError)
    {
        var says = WordsOfErrors.Any(w => line.Contains(w, StringComparison.OrdinalIgnoreCase));
        Write(loggers.CreateLogger("Host.Function.Console"), isError && says ? LogLevel.Error : LogLevel.Information, line);
    }

    private static void Write(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, (t, _) => t);

    private sealed class Writer(string category, Action<HostLine> take) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            take(new HostLine(DateTimeOffset.UtcNow, category, logLevel, formatter(state, exception)));
    }
}
