namespace OrchestratorFunctions.Local.Cli;

/// <summary>Says on standard error that a command is still at work, when it takes long.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task telling;

    public Progress(string name, TimeSpan patience) => telling = TellAsync(name, patience);

    public void Stop() => stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await telling;
        stop.Dispose();
    }

    private async Task TellAsync(string name, TimeSpan patience)
    {
        for (var waited = patience; ; waited += patience)
        {
            await Task.Delay(patience, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            await Console.Error.WriteLineAsync($"{name}: still at work after {waited.TotalSeconds:0} s ...");
        }
    }
}
