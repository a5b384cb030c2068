using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Watch</c>: how often and how patiently servers are looked at.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    private const int VantageLongest = 60;

    public TimeSpan Interval { get; set; } = new WatchPolicy().Interval;
    public TimeSpan ProbeTimeout { get; set; } = new WatchPolicy().ProbeTimeout;
    public TimeSpan LeaseLength { get; set; } = new WatchPolicy().LeaseLength;

    /// <summary>In how many parts the fleet is watched; every process has the same.</summary>
    public int Shards { get; set; } = 1;

    /// <summary>Names the place this process watches from, the same for every process there; empty for none.</summary>
    public string Vantage { get; set; } = "";

    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(Section, nameof(Interval), Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        .. Range.Check(
            Section, nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        .. Range.Check(Section, nameof(LeaseLength), LeaseLength, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5)),
        .. Range.Check(Section, nameof(Shards), Shards, 1, Shard.CountMost),
        .. Vantage.Length <= VantageLongest && Vantage.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? Array.Empty<string>() : [$"{Section}:{nameof(Vantage)} '{Vantage}': expected up to {VantageLongest} letters, digits, '-', '_' or '.'"],
    ];

    public WatchPolicy ToPolicy(DetectionPolicy detection, VantageQuorum quorum) => new()
    {
        Interval = Interval, ProbeTimeout = ProbeTimeout, LeaseLength = LeaseLength, Detection = detection, Quorum = quorum,
    };
}
