using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>A queue in memory. What is given back comes again at once.</summary>
internal sealed class MemoryQueue : IFailureQueue
{
    private readonly Lock gate = new();
    private readonly Queue<Failure> waiting = [];

    public List<Failure> Sent { get; } = [];
    public int Completed { get; private set; }

    public Task SendAsync(Failure failure, CancellationToken cancel)
    {
        lock (gate)
        {
            Sent.Add(failure);
            waiting.Enqueue(failure);
        }
        return Task.CompletedTask;
    }

    public List<Failure> Practised { get; } = [];

    public Task PractiseAsync(Failure failure, CancellationToken cancel)
    {
        lock (gate) Practised.Add(failure);
        return Task.CompletedTask;
    }

    public Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel)
    {
        lock (gate) return Task.FromResult(waiting.TryDequeue(out var failure) ? new ReceivedFailure(failure, 1, failure.Id) : null);
    }

    public Task CompleteAsync(ReceivedFailure received, CancellationToken cancel)
    {
        lock (gate) Completed++;
        return Task.CompletedTask;
    }

    public Task AbandonAsync(ReceivedFailure received, CancellationToken cancel) => Task.CompletedTask;
}
