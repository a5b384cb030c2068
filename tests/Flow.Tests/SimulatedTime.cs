using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>
/// Runs flows on the test's own thread and on a clock that the test turns: an hour passes in seconds, and nothing happens between two looks.
/// </summary>
internal sealed class SimulatedTime : SynchronizationContext
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250), Silence = TimeSpan.FromMilliseconds(5);

    // Other tests use the pool too, so it is not waited for without end.
    private const int WaitsMost = 500;

    private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> posted = [];
    private readonly Func<bool>? isBusy;

    private readonly TimeSpan moment;

    private SimulatedTime(DateTimeOffset start, Func<bool>? isBusy, TimeSpan moment) =>
        (Time, this.isBusy, this.moment) = (new FakeTimeProvider(start), isBusy, moment);

    public FakeTimeProvider Time { get; }

    /// <param name="isBusy">Whether something outside this thread is still at work for the flows. Without it a short silence is waited for.</param>
    /// <param name="moment">
    /// For so long real silence is waited for; two milliseconds when left out. A test that counts seconds of turned time closely needs
    /// more: on a busy machine an answer may be late by some.
    /// </param>
    public static void Run(DateTimeOffset start, Action<SimulatedTime> test, Func<bool>? isBusy = null, TimeSpan? moment = null)
    {
        var before = Current;
        var simulated = new SimulatedTime(start, isBusy, moment ?? TimeSpan.FromMilliseconds(2));
        SetSynchronizationContext(simulated);
        try
        {
            test(simulated);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => posted.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what can be run without time passing. Some continuations come by way of other threads, so a moment of silence is awaited.</summary>
    public void Settle() => Settle(TimeSpan.Zero);

    // What is outside may be done, and the thread that brings its answer here not yet running.
    private void Settle(TimeSpan silence)
    {
        for (var waits = 0; ;)
        {
            if (posted.TryTake(out var work, isBusy is null || isBusy() ? moment : silence))
            {
                work.Call(work.State);
                waits = 0;
            }
            // On a busy machine the pool may not have begun what is to bring an answer here: that is no silence.
            else if (isBusy?.Invoke() != true && (ThreadPool.PendingWorkItemCount == 0 || ++waits > WaitsMost)) return;
        }
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="look">Called after every step.</param>
    public void Advance(TimeSpan by, Action? look = null)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += Step)
        {
            Time.Advance(Step);
            Settle();
            look?.Invoke();
        }
    }

    /// <summary>Lets time pass until something holds, and says how much it was.</summary>
    public TimeSpan Until(Func<bool> holds, TimeSpan most, Action? look = null)
    {
        var start = Time.GetUtcNow();
        Settle(Silence);
        while (!holds())
        {
            Assert.True(Time.GetUtcNow() - start < most, $"did not hold within {most}");
            Advance(Step, look);
            // A minute of turned time must not be over before a slow machine has answered once.
            if (!holds()) Settle(Silence);
        }
        return Time.GetUtcNow() - start;
    }

    /// <summary>Waits, without time passing, for what other threads do.</summary>
    public void Await(Func<bool> holds)
    {
        for (var turn = 0; turn < 10_000 && !holds(); turn++)
        {
            Settle();
            if (!holds() && posted.TryTake(out var work, moment)) work.Call(work.State);
        }
        Assert.True(holds());
    }

    /// <summary>The same for the end of a task.</summary>
    public void Await(Task task)
    {
        Await(() => task.IsCompleted);
        task.GetAwaiter().GetResult();
    }
}
