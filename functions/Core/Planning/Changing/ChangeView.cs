using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>What a change of one server is decided on. The server was seen.</summary>
internal sealed record ChangeView(Recovery Recovery, Topology Topology)
{
    public Member Server => Topology[Recovery.Subject]!;

    public InstanceKey Key => Server.Key;

    public Instance Now => Server.Current!;

    public ChangeDetails Details => Recovery.Request?.Details ?? ChangeDetails.None;

    /// <summary>The link that is meant; one that was told something stays the one that is meant.</summary>
    public StepTarget Where => Told ?? MovedLink.Of(Topology, Server);

    private StepTarget? Told => Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
        .FirstOrDefault(s => s.Target.Key == Key && s is StopReplication or StopReceiving or StartReplication)?.Target;

    /// <summary>Null when the server follows nobody.</summary>
    public ReplicationLink? Link => Now.LinkOf(Where.ChannelName);

    /// <summary>The member that the link comes from; null when it is none.</summary>
    public Member? Source => Link is { } link ? Topology.SourceOf(link) : null;

    public bool IsPrimary => Topology.Primary?.Key == Key;

    /// <summary>A stage of steps that must succeed.</summary>
    public PlanStage Stage(string name, string because, params (PlanStep Step, string Because)[] steps) =>
        new(name, because, [.. steps.Select(s => Must(s.Step, s.Because))]);

    public PlannedStep Must(PlanStep step, string because) =>
        new(step, Tolerance.Must, TimeFor(step), because);

    // What waits for others may take as long as a promoted replica may.
    private TimeSpan TimeFor(PlanStep step) => step switch
    {
        WaitUntilApplied => Recovery.Policy.ApplyTimeout,
        PurgeBinaryLogs or ResetGtids or SkipTransactions => 6 * Recovery.Policy.StepTimeout,
        _ => Recovery.Policy.StepTimeout,
    };
}
