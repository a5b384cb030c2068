using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace OrchestratorFunctions.Api.Tests;

/// <summary>
/// A clock that is turned by hand, by a test that waits for a timer before it turns it. A request runs by real time: a
/// clock that is turned beside it runs away from it on a busy machine.
/// </summary>
internal sealed class AwaitedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> set = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        set.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits for so long; false when the work is done instead.</summary>
    public async Task<bool> IsSetAsync(TimeSpan due, Task work)
    {
        while (true)
        {
            if (set.Reader.TryRead(out var one))
            {
                if (one == due) return true;
                continue;
            }
            if (work.IsCompleted) return false;
            await Task.WhenAny(set.Reader.WaitToReadAsync().AsTask(), work);
        }
    }
}
