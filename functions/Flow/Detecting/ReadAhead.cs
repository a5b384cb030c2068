using System.Collections.Concurrent;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Detecting;

/// <summary>
/// What a verdict asks of the store: the gate's inputs and what operators declared. It may be asked for when a server
/// is suspected, so that the answers are here by the time of the verdict. Such an answer counts for one verdict and for
/// a 0.4 s (S14): for a silent server that is as long as the look that confirms its silence.
/// </summary>
internal sealed class ReadAhead(
    GateReader gate, ITopologyStore topologies, IRecoveryStore recoveries, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMilliseconds(400);

    /// <summary>A server that is dead for long and cannot be replaced is suspected at every probe.</summary>
    private static readonly TimeSpan NotAgainWithin = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ClusterId, Reading> readings = new();

    /// <summary>The answers, and when they were asked for.</summary>
    public sealed record Answers(GateInputs Gate, StoredCluster? Declared, long AskedAt);

    /// <param name="Ledger">The version of the ledger that was known when they were asked for.</param>
    private sealed record Reading(long At, long Ledger, Task<GateInputs> Gate, Task<StoredCluster?> Declared)
    {
        public bool IsUsed { get; init; }
    }

    /// <summary>A source of the cluster is suspected.</summary>
    /// <param name="ledger">The version of the ledger that is known.</param>
    public void Begin(ClusterId cluster, long ledger, CancellationToken cancel)
    {
        // What other vantage points say changes from one moment to the next.
        if (gate.AsksOthers) return;
        if (readings.TryGetValue(cluster, out var before) && time.GetElapsedTime(before.At) < NotAgainWithin) return;
        readings[cluster] = Read(cluster, ledger, cancel);
        _ = PrepareAsync(cluster, cancel);
    }

    /// <summary>
    /// Throws what the store threw when it was asked for the members. The gate's inputs know of every recovery that the
    /// ledger is about: a recovery that begins or ends while they are read changes the ledger, and they are read again
    /// (L5).
    /// </summary>
    /// <param name="ledger">The version of the ledger that is known.</param>
    public async Task<Answers> ReadAsync(ClusterId cluster, long ledger, CancellationToken cancel)
    {
        if (TakeAhead(cluster) is { } ahead && await WholeOrNothingAsync(ahead) is { } answers
            && answers.Declared!.Ledger.Version >= ledger && !IsOutrun(ahead.Ledger, answers.Declared))
            return answers;
        while (true)
        {
            var now = Read(cluster, ledger, cancel);
            var (inputs, declared) = (await now.Gate, await now.Declared);
            if (!IsOutrun(ledger, declared)) return new Answers(inputs, declared, now.At);
            ledger = declared!.Ledger.Version;
        }
    }

    private static bool IsOutrun(long ledger, StoredCluster? declared) => declared?.Ledger.Version > ledger;

    private Reading Read(ClusterId cluster, long ledger, CancellationToken cancel)
    {
        var at = time.GetTimestamp();
        return new Reading(at, ledger, gate.ReadAsync(cluster, cancel), DeclaredAsync(cluster, cancel));
    }

    private async Task<StoredCluster?> DeclaredAsync(ClusterId cluster, CancellationToken cancel) =>
        await topologies.ReadAsync(cluster, cancel);

    private async Task PrepareAsync(ClusterId cluster, CancellationToken cancel)
    {
        try
        {
            await recoveries.PrepareAsync(cluster, cancel);
        }
        catch (Exception)
        {
            // It only saves time.
        }
    }

    private Reading? TakeAhead(ClusterId cluster)
    {
        if (!readings.TryGetValue(cluster, out var ahead) || ahead.IsUsed) return null;
        var isOurs = readings.TryUpdate(cluster, ahead with { IsUsed = true }, ahead);
        return isOurs && time.GetElapsedTime(ahead.At) <= GoodFor ? ahead : null;
    }

    // What could not be read a moment ago is asked for again.
    private async Task<Answers?> WholeOrNothingAsync(Reading ahead)
    {
        try
        {
            var (inputs, declared) = (await ahead.Gate, await ahead.Declared);
            var isWhole = inputs is { RecoveryEnabled: not null, Recent: not null, Fleet: not null };
            if (!isWhole || declared is null) return null;
            return new Answers(inputs with { Now = time.GetUtcNow() }, declared, ahead.At);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
