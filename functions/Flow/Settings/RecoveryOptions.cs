using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>
/// Section <c>Recovery</c>: which clusters are recovered by themselves, how often, and what a plan may do.
/// </summary>
public sealed class RecoveryOptions
{
    public const string Section = "Recovery";

    /// <summary>
    /// Patterns over cluster id, alias and host:port of any member, parted by commas; <c>*</c> for all.
    /// </summary>
    public string Clusters { get; set; } = "*";

    /// <summary>
    /// Patterns of clusters where an operator is asked before a dead primary is replaced; empty for none.
    /// </summary>
    public string ApproveClusters { get; set; } = "";

    public TimeSpan ApprovalTimeout { get; set; } = RecoveryPolicy.Default.ApprovalTimeout;
    public TimeSpan BlockWindow { get; set; } = Core.Gating.BlockWindow.Default.Length;
    public int BlockLimit { get; set; } = Core.Gating.BlockWindow.DefaultLimit;
    public int FleetLimit { get; set; } = FleetBreaker.Default.Limit;
    public TimeSpan FleetWindow { get; set; } = FleetBreaker.Default.Window;
    public bool AllowPossibleLoss { get; set; }
    public bool SameDataCenterOnly { get; set; }
    public bool SameRegionOnly { get; set; }
    public EventHandling Events { get; set; } = RecoveryPolicy.Default.Events;
    public TimeSpan StepTimeout { get; set; } = RecoveryPolicy.Default.StepTimeout;
    public TimeSpan FenceTimeout { get; set; } = RecoveryPolicy.Default.FenceTimeout;
    public TimeSpan ApplyTimeout { get; set; } = RecoveryPolicy.Default.ApplyTimeout;

    public ImmutableArray<string> Problems() =>
    [
        .. Range.Check(Section, nameof(BlockWindow), BlockWindow, TimeSpan.Zero, TimeSpan.FromDays(30)),
        .. Range.Check(Section, nameof(BlockLimit), BlockLimit, 1, 100),
        .. Range.Check(
            Section, nameof(ApprovalTimeout), ApprovalTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
        .. Range.Check(Section, nameof(FleetLimit), FleetLimit, 1, 10_000),
        .. Range.Check(Section, nameof(FleetWindow), FleetWindow, TimeSpan.Zero, TimeSpan.FromDays(1)),
        .. Range.Check(Section, nameof(StepTimeout), StepTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        .. Range.Check(
            Section, nameof(FenceTimeout), FenceTimeout, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10)),
        .. Range.Check(Section, nameof(ApplyTimeout), ApplyTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        .. Contradictions(),
    ];

    private IEnumerable<string> Contradictions()
    {
        if (Patterns(Clusters).IsEmpty && !Patterns(ApproveClusters).IsEmpty)
            yield return $"{Section}:{nameof(ApproveClusters)} '{ApproveClusters}' asks before failovers that {Section}:{nameof(Clusters)} '{Clusters}' "
                + "forbids: expected patterns in both, or in neither";
    }

    public GatePolicy ToGatePolicy() => new()
    {
        Filter = new RecoveryFilter(Patterns(Clusters)),
        Window = new BlockWindow(BlockWindow, BlockLimit),
        Breaker = new FleetBreaker(FleetLimit, FleetWindow),
    };

    public RecoveryPolicy ToPolicy(TakeoverOptions takeover, bool hasReplicationAccount) => new()
    {
        ApproveClusters = Patterns(ApproveClusters), ApprovalTimeout = ApprovalTimeout, AllowPossibleLoss = AllowPossibleLoss, SameDataCenterOnly = SameDataCenterOnly, SameRegionOnly = SameRegionOnly,
        StepTimeout = StepTimeout, FenceTimeout = FenceTimeout, ApplyTimeout = ApplyTimeout, Events = Events,
        WriteBlockLimit = takeover.WriteBlockLimit, TakeoverLagLimitSeconds = takeover.LagLimitSeconds, HasReplicationAccount = hasReplicationAccount,
    };

    private static ImmutableArray<string> Patterns(string parted) =>
        [.. parted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
