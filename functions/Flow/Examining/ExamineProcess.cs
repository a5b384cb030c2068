using System.Collections.Immutable;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.SelfTest;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Examining;

/// <summary>What an examination looks at: clusters one by one, and the installation once.</summary>
public sealed record ExamineFleet(ExamineClusters Clusters, ExamineProcess Process);

/// <summary>
/// Looks at the installation for an examination: whether storage takes a whole failover, who watches, and what settings
/// mean for the clusters that are known.
/// </summary>
/// <param name="practice">A failover of servers made of data over the real store; it leaves nothing behind.</param>
public sealed class ExamineProcess(
    FlowPorts ports, FlowSettings settings, KnownServers known, PracticeFailover practice, bool hasReplicationAccount,
    TimeProvider time)
{
    private readonly VantageQuorum quorum = settings.ToWatchPolicy().Quorum;

    public async Task<ExaminedProcess> LookAsync(CancellationToken cancel)
    {
        var shards = await ports.Settings.ReadShardsAsync(cancel);
        string[] names = [.. Enumerable.Range(0, shards ?? 1).Select(Shard.NameOf)];
        var knowledge = await known.LookAsync(cancel);
        var (storage, queue, untold) = await PractiseAsync(cancel);
        return new ExaminedProcess
        {
            Now = time.GetUtcNow(), SilentAfter = SweepUnwatched.StaleAfter,
            IsRecoveryEnabled = await ports.Settings.IsRecoveryEnabledAsync(cancel),
            Watchers = [.. await Task.WhenAll(names.Select(name => SignOfLifeAsync(name, cancel)))],
            PartsWatched = shards, PartsConfigured = settings.Watch.Shards,
            PlacesMissing = [.. await MissingAsync(names, cancel)],
            HasCluster = knowledge.HasCluster, MissingSeeds = [.. knowledge.MissingSeeds.Select(s => s.ToString())],
            IdlePatterns = [.. await IdleAsync(cancel)], StorageProblem = storage, QueueProblem = queue,
            HasReplicationAccount = hasReplicationAccount,
            TellsSomebody = ports.Notices is { Sinks.Length: > 0 },
            NotChecked = untold,
        };
    }

    private async Task<SignOfLife> SignOfLifeAsync(string shard, CancellationToken cancel)
    {
        var beat = await ports.Settings.ReadBeatAsync(shard, cancel);
        return new(shard, beat?.Holder, beat?.At);
    }

    private async Task<IEnumerable<(string, Refusal)>> MissingAsync(string[] shards, CancellationToken cancel)
    {
        if (!quorum.AsksOthers) return [];
        var reports = await Task.WhenAll(shards.Select(s => ports.Settings.ReadReportsAsync(s, cancel)));
        var now = time.GetUtcNow();
        return shards.Zip(reports, (shard, told) => (shard, Refusal: quorum.WhyNone(told, now, watchesHere: false)))
            .Where(s => s.Refusal is not null).Select(s => (s.shard, s.Refusal!));
    }

    // A pattern counts by every name that its cluster has, as the gate reads it.
    private async Task<IEnumerable<(string, string)>> IdleAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var stored = await ports.Topologies.ReadAllAsync(cancel);
        if (stored.IsEmpty) return [];
        Topology[] all = [.. stored.Select(c => StoredTopology.Of(c, now, null))];
        var policy = settings.ToRecoveryPolicy(hasReplicationAccount);
        return Idle("Recovery:Clusters", settings.ToGatePolicy().Filter.Clusters, all)
            .Concat(Idle("Recovery:ApproveClusters", policy.ApproveClusters, all));
    }

    private static IEnumerable<(string, string)> Idle(
        string setting, ImmutableArray<string> patterns, Topology[] all) =>
        patterns.Where(p => !all.Any(new RecoveryFilter([p]).Names)).Select(p => (setting, p));

    private async Task<(string Storage, string Queue, ImmutableArray<string> NotChecked)> PractiseAsync(
        CancellationToken cancel)
    {
        try
        {
            var (outcome, queue) = await practice.RunAsync(cancel);
            return outcome switch
            {
                null => ("", "", ["storage, by a failover of servers made of data: another process does that now"]),
                { IsSuccess: true } => ("", queue, []),
                _ => ($"a failover of servers made of data did not get through: {outcome.Says}", queue, []),
            };
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return ($"a failover of servers made of data did not get through: {Log.FirstLine(e)}", "", []);
        }
    }
}
