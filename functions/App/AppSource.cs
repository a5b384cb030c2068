using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.App.Logging;
using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App;

/// <summary>
/// Opens the room at its first use and hands out the same one from then on. Opening belongs to no caller: it goes on
/// when one stops waiting. While storage is away it fails, and the next use tries again.
/// </summary>
public sealed class AppSource : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Func<CancellationToken, Task<AppRoom>> open;
    private readonly TimeProvider time;
    private Task<AppRoom>? opening;
    private string lastProblem = "";

    public AppSource(AppSettings settings, ILoggerFactory loggers, RunningInvocations running, TimeProvider time)
    {
        ILogger LoggerOf(string category) => new InvocationLogger(loggers.CreateLogger(category), running);
        (open, this.time) = (cancel => AppRoom.OpenAsync(settings, LoggerOf, time, cancel), time);
        (Access, Log, Limits) = (settings.Api, LoggerOf("OrchestratorFunctions"), new(settings.Api, time));
    }

    internal AppSource(Func<CancellationToken, Task<AppRoom>> open, ApiOptions? access = null, TimeProvider? time = null, ILogger? log = null) =>
        (this.open, this.time, Access, Log, Limits) =
            (open, time ?? TimeProvider.System, access ?? new(), log ?? NullLogger.Instance, new(access ?? new(), time ?? TimeProvider.System));

    /// <summary>Who is let in, also while the room is not open.</summary>
    internal ApiOptions Access { get; }

    internal ILogger Log { get; }

    /// <summary>How many passwords may be tried, while the room is not open.</summary>
    internal CallLimits Limits { get; }

    /// <summary>The room, when it is open. Throws what opening threw.</summary>
    public Task<AppRoom> OpenAsync(CancellationToken cancel) => Opening().WaitAsync(cancel);

    /// <summary>Begins to open it, so that the first request finds it open or nearly so. Waits for nothing.</summary>
    public void Begin() => _ = Opening();

    /// <summary>The room, or a sentence that says why it is not open within some time.</summary>
    public async Task<(AppRoom? Room, string Problem)> TryOpenAsync(TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return (await Opening().WaitAsync(patience, time, cancel), "");
        }
        catch (TimeoutException)
        {
            return (null, lastProblem.Length > 0 ? CannotBeOpened(lastProblem) : "this instance is still starting; try again in some seconds");
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return (null, CannotBeOpened(e.GetType().Name));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (opening is { } last)
        {
            await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (last.IsCompletedSuccessfully) await last.Result.DisposeAsync();
        }
        stop.Dispose();
    }

    private static string CannotBeOpened(string because) => $"storage cannot be opened: {because}; try again in some seconds";

    // On a thread of its own: nobody who asks waits for what opening does before its first wait.
    private Task<AppRoom> Opening()
    {
        lock (gate) return opening is { IsFaulted: false, IsCanceled: false } ? opening : opening = Task.Run(OpenAsync);
    }

    private async Task<AppRoom> OpenAsync()
    {
        try
        {
            return await open(stop.Token);
        }
        catch (Exception e)
        {
            lastProblem = e.GetType().Name;
            throw;
        }
    }
}
