using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>Section <c>Detection</c>: when silence becomes a verdict and lag a problem.</summary>
public sealed class DetectionOptions
{
    public const string Section = "Detection";

    public TimeSpan SilenceConfirmation { get; set; } = DetectionPolicy.Default.SilenceConfirmation;
    public double MissedHeartbeats { get; set; } = DetectionPolicy.Default.MissedHeartbeats;
    public long ReasonableLagSeconds { get; set; } = DetectionPolicy.Default.ReasonableLagSeconds;

    /// <summary>
    /// Whether more than half of a silent primary's replicas must agree. Where several vantage points must, it is not
    /// asked.
    /// </summary>
    public bool ReplicaMajority { get; set; } = DetectionPolicy.Default.ReplicaMajority;

    /// <summary>How many vantage points must find a primary dead before it is replaced.</summary>
    public int Vantages { get; set; } = 1;

    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(Section, nameof(SilenceConfirmation), SilenceConfirmation, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10)),
        .. Range.Check(Section, nameof(MissedHeartbeats), MissedHeartbeats, 1, 100),
        .. Range.Check(Section, nameof(ReasonableLagSeconds), ReasonableLagSeconds, 0, 86_400),
        .. Range.Check(Section, nameof(Vantages), Vantages, 1, 9),
    ];

    public DetectionPolicy ToPolicy() => new()
    {
        SilenceConfirmation = SilenceConfirmation, MissedHeartbeats = MissedHeartbeats, ReasonableLagSeconds = ReasonableLagSeconds,
        ReplicaMajority = ReplicaMajority && Vantages <= 1,
    };
}
