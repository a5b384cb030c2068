using System.Threading.Channels;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>Wakes one waiter; signals given while nobody waits count as one.</summary>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly Channel<bool> channel =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Give() => channel.Writer.TryWrite(true);

    /// <summary>Returns when signalled or when the time has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await channel.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Time has passed.
        }
    }
}
