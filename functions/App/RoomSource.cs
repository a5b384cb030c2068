using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestratorFunctions.Api;
using OrchestratorFunctions.App.Logging;
using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App;

/// <summary>
/// Opens the room at its first use and hands out the same one from then on. Opening belongs to no caller: it goes on
/// when one stops waiting. While storage is away it fails, and the next use tries again.
/// </summary>
public sealed class RoomSource : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Func<CancellationToken, Task<AppRoom>> open;
    private readonly TimeProvider time;
    private Task<AppRoom>? opening;
    private string lastProblem = "";

    public RoomSource(AppSettings settings, ILoggerFactory loggers, RunningInvocations running, TimeProvider time)
    {
        ILogger LoggerOf(string category) => new InvocationLogger(loggers.CreateLogger(category), running);
        (open, this.time) = (cancel => AppRoom.OpenAsync(settings, LoggerOf, time, cancel), time);
        (Access, Log) = (settings.Api, LoggerOf("OrchestratorFunctions"));
    }

    internal RoomSource(Func<CancellationToken, Task<AppRoom>> open, ApiOptions? access = null, TimeProvider? time = null, ILogger? log = null) =>
        (this.open, this.time, Access, Log) = (open, time ?? TimeProvider.System, access ?? new(), log ?? NullLogger.Instance);

    /// <summary>Who is let in, also while the room is not open.</summary>
    internal ApiOptions Access { get; }

    internal ILogger Log { get; }

    /// <summary>The room, when it is open. Throws what opening threw.</summary>
    public Task<AppRoom> OpenAsync(CancellationToken cancel) => Opening().WaitAsync(cancel);

    /// <summary>The room, or why it is not open within some time.</summary>
    public async Task<(AppRoom? Room, string Problem)> TryOpenAsync(TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return (await Opening().WaitAsync(patience, time, cancel), "");
        }
        catch (TimeoutException)
        {
            return (null, lastProblem.Length > 0 ? lastProblem : $"no answer within {patience.TotalSeconds:0} s");
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return (null, e.GetType().Name);
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

    private Task<AppRoom> Opening()
    {
        lock (gate) return opening is { IsFaulted: false, IsCanceled: false } ? opening : opening = OpenAsync();
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
