namespace OrchestratorFunctions.Bench;

/// <summary>Further processes that watch the same servers from other places.</summary>
internal sealed class Observers(IEnumerable<Orchestrator> processes) : IAsyncDisposable
{
    private readonly Orchestrator[] all = [.. processes];

    /// <summary>Returns when all of them observe.</summary>
    public async Task StartAsync(string seed)
    {
        foreach (var one in all)
        {
            one.Begin(seed);
            await FailoverBench.WaitUntil(() => one.Log.Any(l => l.Line.Contains("Observing", StringComparison.Ordinal)), "a further process does not observe");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in all) await one.DisposeAsync();
    }
}
