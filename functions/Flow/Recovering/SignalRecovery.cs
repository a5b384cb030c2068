using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>
/// Tells a recovery what an operator wants of it. Somebody may have its lease for a moment, to look whether it still
/// waits: a word is said again for a few seconds. One that gives it up is left in the store as well, where whoever runs
/// the recovery in one go hears it.
/// </summary>
public sealed class SignalRecovery(IRecoveryStore store, RecoverCluster recover, TimeProvider time)
{
    private static readonly TimeSpan Insistence =
        TimeSpan.FromSeconds(5), SayAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// <see cref="RunStatus.Left"/> when the word was left and not heard yet, <see cref="RunStatus.Refused"/> with the
    /// reason when it comes to nothing, and <see cref="RunStatus.Busy"/> when it has to be said again.
    /// </summary>
    /// <inheritdoc cref="RecoverCluster.TellAsync" path="/param"/>
    public async Task<RunResult> RunAsync(
        ClusterId cluster, string id, OperatorSignal word, CancellationToken cancel, int stages = int.MaxValue)
    {
        var began = time.GetTimestamp();
        var isLeft = false;
        while (true)
        {
            var result = await recover.TellAsync(cluster, id, word, cancel, stages);
            if (isLeft && await HeardAsync(id, word, cancel) is { } heard) return heard;
            if (result.End is not (RunStatus.Busy or RunStatus.LeaseLost)) return result;
            if (!isLeft && word.Kind == SignalKind.Cancel)
            {
                // A word about one that has ended would take the place of a word about the one that runs.
                var active = await store.ReadActiveAsync(cluster, cancel);
                var meant = active?.Id == id ? active : (await store.ReadAsync(id, cancel))?.Recovery;
                if (meant?.WhyNot(word) is { } refusal) return new RunResult(RunStatus.Refused, meant, refusal);
                await store.PostSignalAsync(cluster, id, word, cancel);
                isLeft = true;
            }
            if (time.GetElapsedTime(began) > Insistence) return isLeft ? new RunResult(RunStatus.Left) : result;
            await Task.Delay(SayAgainAfter, time, cancel);
        }
    }

    // Whoever ran it may have ended it with the word, and then it is not running any more.
    private async Task<RunResult?> HeardAsync(string id, OperatorSignal word, CancellationToken cancel) =>
        await store.ReadAsync(id, cancel) is { Recovery: { Cancelled: { } said } recovery }
            && (said.By, said.At) == (word.By, word.At)
            ? new RunResult(recovery.IsEnded ? RunStatus.Ended : RunStatus.MoreToDo, recovery)
            : null;
}
