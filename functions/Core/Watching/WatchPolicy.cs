using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;

namespace OrchestratorFunctions.Core.Watching;

/// <summary>How often and how patiently servers are looked at.</summary>
public sealed record WatchPolicy
{
    /// <summary>Between two probes of a live server.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A probe without an answer for this long has failed.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same while a server is suspected.</summary>
    public TimeSpan SuspectTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between two looks at a suspected server and its replicas, at first and at most.</summary>
    public TimeSpan SuspectPause { get; init; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan SuspectPauseMost { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The same for a watcher that may not act on what it sees.</summary>
    public TimeSpan ObserverPauseMost { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Dead servers are probed more and more rarely, up to this.</summary>
    public TimeSpan DeadIntervalMost { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A former primary that refuses connections is looked for this often: it may come back writable.
    /// </summary>
    public TimeSpan FormerPrimaryInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the session for steps is seen to.</summary>
    public TimeSpan WarmInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Positions of a busy server are stored no more often than this; what changes its shape is stored at once.
    /// </summary>
    public TimeSpan PositionSaveInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A problem that is not acted on must last this long before it is recorded as such.</summary>
    public TimeSpan HeldAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What a dead process held is free again after this long.</summary>
    public TimeSpan LeaseLength { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a watcher goes on when its window is over and no next one came: less than a lease.</summary>
    public TimeSpan WindowGrace => LeaseLength * 0.8;

    public DetectionPolicy Detection { get; init; } = DetectionPolicy.Default;

    /// <summary>From where this process watches, and how many such places must agree.</summary>
    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>For so long other vantage points are waited for before it is recorded that they do not agree.</summary>
    public TimeSpan AgreementPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A place from which somebody died looking is free again after this long.</summary>
    public TimeSpan ObserverLength => LeaseLength * 3;
}
