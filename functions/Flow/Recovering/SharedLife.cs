namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// A token for work that several callers share: it is cancelled when the last of them has left. It is not cancelled
/// before the first one comes, and whoever comes after the last one has left begins a new life.
/// </summary>
internal sealed class SharedLife
{
    private readonly Lock gate = new();
    private (CancellationToken Token, Func<Task> EndAsync) life = New();
    private bool isOver;
    private int callers;

    public CancellationToken Token
    {
        get { lock (gate) return life.Token; }
    }

    public void Join()
    {
        lock (gate)
        {
            if (isOver) life = New();
            isOver = false;
            callers++;
        }
    }

    /// <summary>The token that ended with this; null while another caller is there.</summary>
    public async Task<CancellationToken?> LeaveAsync()
    {
        (CancellationToken Token, Func<Task> EndAsync) ending;
        lock (gate)
        {
            if (--callers > 0) return null;
            (isOver, ending) = (true, life);
        }
        await ending.EndAsync();
        return ending.Token;
    }

    // Without a timer and without links a source holds nothing that has to be given back.
    private static (CancellationToken, Func<Task>) New()
    {
        var source = new CancellationTokenSource();
        return (source.Token, source.CancelAsync);
    }
}
