using System.Collections.Immutable;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>The settings of the flows, the same behind every door, and the policies they stand for.</summary>
public sealed class FlowSettings
{
    public DiscoveryOptions Discovery { get; } = new();
    public WatchOptions Watch { get; } = new();
    public DetectionOptions Detection { get; } = new();
    public RecoveryOptions Recovery { get; } = new();
    public TakeoverOptions Takeover { get; } = new();
    public RetentionOptions Retention { get; } = new();

    public IReadOnlyList<(string Section, object Options)> Sections =>
    [
        (DiscoveryOptions.Section, Discovery), (WatchOptions.Section, Watch), (DetectionOptions.Section, Detection),
        (RecoveryOptions.Section, Recovery), (TakeoverOptions.Section, Takeover), (RetentionOptions.Section, Retention),
    ];

    /// <summary>What was read and is to be told at the start, a sentence each.</summary>
    public ImmutableArray<string> Warnings { get; private set; } = [];

    /// <summary>
    /// What was given for a section, by its name or by the one it had before; the name it has by now counts first.
    /// </summary>
    /// <param name="read">What stands in a section of a name.</param>
    public IEnumerable<KeyValuePair<string, string?>> Given(
        string section, Func<string, IEnumerable<KeyValuePair<string, string?>>> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (section != RetentionOptions.Section) return read(section);
        KeyValuePair<string, string?>[] former = [.. read(RetentionOptions.FormerSection)];
        Warnings = [.. former.Select(g => $"{RetentionOptions.FormerSection}:{g.Key} is called {section}:{g.Key} by now")];
        return former.Concat(read(section));
    }

    /// <summary>Everything out of bounds, each problem naming the setting, the value and what would be right.</summary>
    public IEnumerable<string> Problems()
    {
        string[] alone =
        [
            .. Discovery.Problems(), .. Watch.Problems(), .. Detection.Problems(), .. Recovery.Problems(),
            .. Takeover.Problems(), .. Retention.Problems(),
        ];
        // What is wrong by itself contradicts nothing.
        return alone.Length > 0 ? alone : Contradictions();
    }

    public WatchPolicy ToWatchPolicy() => Watch.ToPolicy(Detection.ToPolicy(), Quorum);

    public GatePolicy ToGatePolicy() => Recovery.ToGatePolicy() with { Quorum = Quorum, Shards = Watch.Shards };

    private const int LooksInLease = 3;

    private VantageQuorum Quorum => new(Watch.Vantage, Detection.Vantages);

    private IEnumerable<string> Contradictions()
    {
        if (Detection.Vantages > 1 && Watch.Vantage.Length == 0)
            yield return $"Watch:Vantage '': expected the name of the place this process watches from, because Detection:Vantages is {Detection.Vantages}";
        // A run looks at everybody between two stages, twice at a silent one, and acts only while its lease lasts.
        if (Watch.ProbeTimeout * LooksInLease > Watch.LeaseLength)
            yield return $"Watch:ProbeTimeout {Watch.ProbeTimeout} and Watch:LeaseLength {Watch.LeaseLength}: "
                + $"expected a lease of at least {LooksInLease} times the timeout, "
                + "so that a look at a silent server does not outlast it";
    }

    public RecoveryPolicy ToRecoveryPolicy(bool hasReplicationAccount) =>
        Recovery.ToPolicy(Takeover, hasReplicationAccount);
}
