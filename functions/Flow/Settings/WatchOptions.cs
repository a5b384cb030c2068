using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Watch</c>: how often and how patiently servers are looked at.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    public TimeSpan Interval { get; set; } = new WatchPolicy().Interval;
    public TimeSpan ProbeTimeout { get; set; } = new WatchPolicy().ProbeTimeout;
    public TimeSpan LeaseLength { get; set; } = new WatchPolicy().LeaseLength;

    /// <summary>In how many parts the fleet is watched; every process has the same.</summary>
    public int Shards { get; set; } = 1;

    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(Section, nameof(Interval), Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        .. Range.Check(Section, nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        .. Range.Check(Section, nameof(LeaseLength), LeaseLength, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5)),
        .. Range.Check(Section, nameof(Shards), Shards, 1, Shard.CountMost),
    ];

    public WatchPolicy ToPolicy(DetectionPolicy detection) => new()
    {
        Interval = Interval, ProbeTimeout = ProbeTimeout, LeaseLength = LeaseLength, Detection = detection,
    };
}
