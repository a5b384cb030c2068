using OrchestratorFunctions.App.Logging;
using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App;

/// <summary>Opens the room at its first use and hands out the same one from then on. While storage is away it cannot be opened, and the next use tries again.</summary>
public sealed class RoomSource(Func<CancellationToken, Task<AppRoom>> open) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private AppRoom? room;

    public RoomSource(AppSettings settings, InvocationLoggers loggers, TimeProvider time) : this(cancel => AppRoom.OpenAsync(settings, loggers, time, cancel))
    {
    }

    public async Task<AppRoom> OpenAsync(CancellationToken cancel)
    {
        if (room is not null) return room;
        await turn.WaitAsync(cancel);
        try
        {
            return room ??= await open(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (room is not null) await room.DisposeAsync();
        turn.Dispose();
    }
}
