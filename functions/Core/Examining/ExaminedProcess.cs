using System.Collections.Immutable;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Examining;

/// <summary>The newest sign of life of who watches a part of the fleet.</summary>
/// <param name="Holder">Null when nobody ever watched it.</param>
public sealed record SignOfLife(string Part, string? Holder, DateTimeOffset? At);

/// <summary>What one process can see of its installation: storage, watchers, settings and whom it tells.</summary>
public sealed record ExaminedProcess
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether recoveries may start anywhere.</summary>
    public bool IsRecoveryEnabled { get; init; } = true;

    /// <summary>Who watches; empty when that could not be read.</summary>
    public ImmutableArray<SignOfLife> Watchers { get; init; } = [];

    /// <summary>An older sign of life counts as none.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>In how many parts the fleet is watched, and in how many this process would; null before anybody
    /// watched.</summary>
    public int? PartsWatched { get; init; }

    public int PartsConfigured { get; init; } = 1;

    /// <summary>Why too few places are heard, for each part of the fleet where that is so.</summary>
    public ImmutableArray<(string Part, Refusal Refusal)> PlacesMissing { get; init; } = [];

    public bool HasCluster { get; init; } = true;
    public ImmutableArray<string> MissingSeeds { get; init; } = [];

    /// <summary>Patterns that name no known cluster, each with its setting.</summary>
    public ImmutableArray<(string Setting, string Pattern)> IdlePatterns { get; init; } = [];

    /// <summary>Why a failover of servers made of data did not get through storage; empty when it did.</summary>
    public string StorageProblem { get; init; } = "";

    /// <summary>Why the queue of failures cannot be used; empty when it can.</summary>
    public string QueueProblem { get; init; } = "";

    public bool HasReplicationAccount { get; init; } = true;

    /// <summary>Whether somebody hears of failures and recoveries.</summary>
    public bool TellsSomebody { get; init; } = true;

    /// <summary>Hosts of Hooks:Url whose name leads nowhere from here.</summary>
    public ImmutableArray<string> UnresolvedHooks { get; init; } = [];

    /// <summary>What is allowed and may yet not be meant, a sentence each.</summary>
    public ImmutableArray<string> Risks { get; init; } = [];

    /// <summary>What this process could not look at.</summary>
    public ImmutableArray<string> NotChecked { get; init; } = [];
}
