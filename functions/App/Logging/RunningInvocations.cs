namespace OrchestratorFunctions.App.Logging;

/// <summary>
/// The invocations that this worker runs at this moment. The Functions host takes a log line only when it names one of
/// them, and drops every other line. The watcher outlives the invocation that started it, so a line of its is given to
/// an invocation that is running when it is written; a line between two invocations waits for the next one.
/// </summary>
public sealed class RunningInvocations
{
    /// <summary>The key by which the worker's log writer finds the invocation in the scopes of a line.</summary>
    public const string ScopeKey = "AzureFunctions_InvocationId";

    /// <summary>Lines that wait for an invocation at most; the oldest ones go first.</summary>
    public const int WaitingMost = 1000;

    private readonly Lock gate = new();
    private readonly List<string> running = [];
    private readonly Queue<Action<string>> waiting = new();
    private readonly AsyncLocal<string?> current = new();
    private int leftOut;

    /// <summary>
    /// What the scope of a line has to hold, so that the host takes it for a line of that invocation.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, object>> ScopeOf(string invocation) => [new(ScopeKey, invocation)];

    /// <summary>Runs an invocation. Lines that waited are written under it.</summary>
    /// <param name="report">Says how many lines were left out before, when some were.</param>
    public async Task RunAsync(string invocation, Func<Task> run, Action<int> report)
    {
        current.Value = invocation;
        try
        {
            Begin(invocation, report);
            await run();
        }
        finally
        {
            lock (gate) running.Remove(invocation);
        }
    }

    /// <summary>
    /// Writes a line under the invocation that says it while that runs, else under the one that began last, else when
    /// the next one begins. An invocation cannot end between the choice and the writing, so the host hears the line
    /// before it hears of the end.
    /// </summary>
    public void Write(Action<string> write)
    {
        lock (gate)
        {
            if (running.Count > 0) write(current.Value is { } own && running.Contains(own) ? own : running[^1]);
            else waiting.Enqueue(write);
            if (waiting.Count > WaitingMost && waiting.TryDequeue(out _)) leftOut++;
        }
    }

    private void Begin(string invocation, Action<int> report)
    {
        lock (gate)
        {
            running.Add(invocation);
            if (leftOut > 0) report(leftOut);
            leftOut = 0;
            while (waiting.TryDequeue(out var write)) write(invocation);
        }
    }
}
