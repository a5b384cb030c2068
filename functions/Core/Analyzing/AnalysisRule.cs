using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>One server under analysis with everything a rule may look at.</summary>
/// <param name="IsDown">The latest probes are evidence of death, either definite or silent for as long as the policy asks.</param>
/// <param name="IsSuspect">The server was not seen, and <paramref name="IsDown"/> is not yet or not at all established.</param>
public sealed record Subject(Topology Topology, Member Member, ReplicaTally Replicas, DetectionPolicy Policy, bool IsDown, bool IsSuspect)
{
    public bool IsSeen => Member.IsSeen;

    /// <summary>Read-only for good: not while commits that began before still wait there.</summary>
    public bool IsReadOnly => Member.Now is { ReadOnly: true, IsReadOnlyPending: false };

    /// <summary>It is the one server writes are meant for: replacing any other one would make a second writer (S1).</summary>
    public bool IsPrimary => Topology.Primary?.Key == Member.Key;

    /// <summary>At least one replica says it gets nothing, and none says it does: the part of the verdict that is not ours (S8).</summary>
    public bool ReplicasAgree => Replicas is { Hearing: 0, Agreeing: > 0 };
}

/// <summary>One row of a rule table: the first row whose predicate holds names the problem.</summary>
public sealed record AnalysisRule(AnalysisCode Code, PlanKind? Kind, string Sentence, Func<Subject, bool> Holds);
