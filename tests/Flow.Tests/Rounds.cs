using OrchestratorFunctions.Flow.Ports;


namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Follows a watcher by its judgements, so that tests wait for what it did and not for time.</summary>
internal sealed class Rounds
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Done)> waiting = [];
    private int count;

    public Rounds(DetectFailures verdicts) => verdicts.Judged += (_, _) =>
    {
        lock (gate)
        {
            count++;
            foreach (var w in waiting.Where(w => w.Holds()).ToArray())
            {
                waiting.Remove(w);
                w.Done.TrySetResult();
            }
        }
    };

    /// <summary>Returns at the first judgement at which something holds.</summary>
    public Task UntilAsync(Func<bool> holds)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) waiting.Add((holds, done));
        return done.Task.WaitAsync(Bound);
    }

    /// <summary>Returns after that many further judgements: what should not happen had its chance.</summary>
    public Task MoreAsync(int rounds)
    {
        int last;
        lock (gate) last = count + rounds;
        return UntilAsync(() => count >= last);
    }
}
