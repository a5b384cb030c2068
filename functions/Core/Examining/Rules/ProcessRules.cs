using System.Collections.Immutable;
using System.Globalization;
using OrchestratorFunctions.Core.Refusing;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>What this installation does, and does not, beside its clusters.</summary>
internal static class ProcessRules
{
    public static ImmutableArray<ExaminationRule<ExaminedProcess>> Rows { get; } =
    [
        new(StorageUnusable, Severe, "a failover of servers made of data did not get through storage",
            p => When(p.StorageProblem.Length > 0, "storage", p.StorageProblem,
                Fix.Advice("what it says: the rights of this process, or room, in the storage account"))),
        new(QueueUnusable, Warning, "the queue of failures cannot be used: a failure is forgotten with its process",
            p => When(p.QueueProblem.Length > 0, "storage", $"the queue of failures cannot be used: {p.QueueProblem}",
                Fix.Advice("what it says: the rights of this process to the queue"))),
        new(NoCluster, Warning, "no cluster is known, so nothing is watched",
            p => When(!p.HasCluster, "fleet", "no cluster is known",
                Fix.Command("discover HOST:PORT"), Fix.Setting("Discovery:Seeds=HOST:PORT"))),
        new(SeedNotFound, Warning, "a server of Discovery:Seeds is not found",
            p => p.MissingSeeds.Select(seed => new Observation(
                seed, "it stands in Discovery:Seeds and is not found", [Fix.Command($"discover {seed}")]))),
        new(WatcherSilent, Severe, "nobody watches a part of the fleet, so nothing is replaced there by itself",
            p => p.Watchers.Where(w => IsSilent(w, p)).Select(w => new Observation(
                w.Part, Silence(w, p), [Fix.Command("serve")]))),
        new(WatcherClockDiffers, Warning, "the clock of a watcher is ahead of the clock here",
            p => p.Watchers.Where(w => w.At - p.Now > Ahead).Select(w => new Observation(w.Part,
                $"the clock of {w.Holder} is {Seconds(w.At!.Value - p.Now)} s ahead of the clock here",
                [Fix.Advice("a time service on both machines")]))),
        new(ShardsDiffer, Warning, "the fleet is watched in another number of shards than this process is told",
            p => When(p.PartsWatched is { } parts && parts != p.PartsConfigured, "fleet",
                $"it is watched in {p.PartsWatched} shards, and Watch:Shards is {p.PartsConfigured} here",
                Fix.Setting($"Watch:Shards={p.PartsWatched}"))),
        new(VantagesMissing, Severe, "too few vantage points are heard, so no primary is replaced",
            p => p.PlacesMissing.Select(m => new Observation(m.Part, m.Refusal.Because, [OfPlaces(m.Refusal)]))),
        new(RecoveryDisabled, Severe, "recovery is disabled globally",
            p => When(!p.IsRecoveryEnabled, "fleet", "recovery is disabled globally: nothing is replaced by itself",
                Fix.Command("enable-recovery"))),
        new(PatternMatchesNothing, Warning, "a pattern of a setting names no known cluster",
            p => p.IdlePatterns.Select(i => new Observation(i.Setting,
                $"its pattern '{i.Pattern}' names no known cluster",
                [Fix.Setting($"{i.Setting} without '{i.Pattern}', or with the alias that is meant")]))),
        new(ReplicationUserNotSet, Warning, "a server without a link cannot be told how to replicate",
            p => When(!p.HasReplicationAccount, "settings",
                "MySql:ReplicationUser is empty: a server without a link, like an old primary, cannot be made "
                + "a replica",
                Fix.Setting("MySql:ReplicationUser=NAME"), Fix.Setting("MySql:ReplicationPassword=…"))),
        new(NobodyIsTold, Hint, "nobody is told of failures and recoveries",
            p => When(!p.TellsSomebody, "settings", "Hooks:Url is empty: nobody is told of failures and recoveries",
                Fix.Setting("Hooks:Url=https://HOST/PATH"))),
        new(HookNotResolved, Warning, "the host of a webhook is not known from here",
            p => p.UnresolvedHooks.Select(host => new Observation(host, "this host of Hooks:Url is not known from here",
                [Fix.Setting("Hooks:Url, or a name server that knows the host")]))),
        new(SettingRisky, Warning, "a setting is allowed and may not be meant",
            p => p.Risks.Select(risk => new Observation("settings", risk, [Fix.Setting("the one that is named")]))),
    ];

    /// <summary>Clocks of two machines differ by some moments.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    private static IEnumerable<Observation> When(bool holds, string subject, string says, params Fix[] fixes) =>
        holds ? [new(subject, says, [.. fixes])] : [];

    private static bool IsSilent(SignOfLife watcher, ExaminedProcess p) =>
        watcher.At is not { } at || p.Now - at > p.SilentAfter;

    private static string Silence(SignOfLife watcher, ExaminedProcess p) => watcher.At is { } at
        ? $"nobody watches it: {watcher.Holder} gave the last sign of life {Seconds(p.Now - at)} s ago"
        : "nobody watches it, and nobody ever did";

    private static Fix OfPlaces(Refusal refusal) =>
        Fix.Setting($"{refusal.Remedy}, or a process that watches from another place (Watch:Vantage)");

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
}
