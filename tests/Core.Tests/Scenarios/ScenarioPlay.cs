using System.Collections.Immutable;
using System.Text;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Scenarios;

/// <summary>
/// Runs the commands of a scenario. <c>topology</c> and <c>change</c> are followed by lines of <see cref="WrittenTopology"/>; a rehearsal leaves
/// the servers as it ended. <c>until STAGE</c> stops a rehearsal when that stage has run, <c>continue</c> goes on with it,
/// <c>supersede</c> tells it first that a failover goes before it. How a change is meant: <see cref="WrittenDetails"/>.
/// </summary>
internal sealed class ScenarioPlay
{
    private Topology? topology;
    private Recovery? recovery;

    /// <summary>What a command says; null for those that only set the stage.</summary>
    public string? Run(string[] lines)
    {
        if (lines.Length == 0) return null;
        var words = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "topology": topology = WrittenTopology.Read(lines.Skip(1), null, words.ElementAtOrDefault(1) ?? ""); return null;
            case "change": topology = WrittenTopology.Read(lines.Skip(1), topology); return null;
            case "supersede": recovery = recovery!.WithSignal(OperatorSignal.Supersede("r2", "the replacement of the dead primary db1", WrittenTopology.Noon)); return null;
            case "draw": return TopologyText.Draw(topology!);
            case "tabulate": return TopologyText.Tabulate(topology!);
            default: return Plain(Say(words, lines[0]));
        }
    }

    private string Say(string[] words, string line) => words[0] switch
    {
        "analyze" => AnalysisText.Describe(Analyzer.Analyze(topology!), topology!, null) is { Length: > 0 } text ? text : AnalysisText.NoProblem,
        "doctor" => Examine(words, line),
        "gate" => WrittenGate.Decide(topology!, words[1..]),
        "plan" => Plan(Begin(PlanKinds.DeadPrimary, words[2], line)),
        "rehearse" => Rehearse(Begin(PlanKinds.DeadPrimary, words[2], line), line),
        "open" => Rehearse(Begin(PlanKinds.OpenPrimary, words[1], line), line),
        "fence" => Rehearse(Begin(PlanKinds.FenceFormerPrimary, words[1], line), line),
        "continue" => Rehearse(recovery!, line),
        var other when PlanKinds.All.FirstOrDefault(k => k.Name.Equals(other, StringComparison.OrdinalIgnoreCase)) is { } kind => Rehearse(Begin(kind, words[1], line), line),
        _ => throw new FormatException($"command '{words[0]}' is not known"),
    };

    // With a failover of the primary, as the command rehearses one; "whole" tells what was not checked, too.
    private string Examine(string[] words, string line)
    {
        var cluster = new ExaminedCluster(topology!, null, new ExaminationTerms("orchestrator", "repl"));
        if (topology!.Primary is { IsSeen: true } primary && topology.HasReplicas(primary.Key))
        {
            var start = SimulatedFleet.WithDead(topology, primary.Key, "taken to be dead");
            cluster = cluster with { Failover = Rehearsal.Run(Begin(PlanKinds.DeadPrimary, primary.Key.ToString(), line), new SimulatedFleet(start)).Outcome };
        }
        var found = Examiner.Examine(cluster);
        if (!words.Contains("whole")) found = found with { NotChecked = [] };
        return ExaminationText.Describe(cluster.Name, found) + ExaminationText.Count(found.Findings);
    }

    private string Plan(Recovery seed)
    {
        var stage = Planner.Next(seed, topology!);
        var text = new StringBuilder($"{stage.Name}, because {stage.Because}\n");
        foreach (var planned in stage.Steps) text.Append($"* {planned.Step.Says}: {planned.Because}\n");
        return text.ToString();
    }

    private string Rehearse(Recovery seed, string line)
    {
        var fleet = new SimulatedFleet(topology!, WrittenFault.ReadAll(line));
        var until = Word(line, "until");
        recovery = until is null ? Rehearsal.Run(seed, fleet) : RunUntil(seed, fleet, until);
        topology = fleet.Now;
        return RecoveryText.Tell(recovery);
    }

    private static Recovery RunUntil(Recovery recovery, SimulatedFleet fleet, string stage)
    {
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (!recovery.IsEnded && recovery.Stages[^1].Stage.Name != stage);
        return recovery;
    }

    private Recovery Begin(PlanKind kind, string subject, string line)
    {
        var key = WrittenTopology.Key(subject);
        var analysis = Analyzer.Analyze(topology!).FirstOrDefault(a => a.Key == key);
        return new Recovery
        {
            Id = "r1", Cluster = topology!.Cluster, Kind = kind, Actor = "dba", StartedAt = WrittenTopology.Noon, Subject = key,
            Request = line.Contains(" vouched", StringComparison.Ordinal) ? new OperatorRequest("") { PrimaryIsDead = true } : WrittenDetails.Of(line),
            Code = analysis?.Code, Policy = Policy(line), Target = (Word(line, "to") ?? Word(line, "below")) is { } wanted ? WrittenTopology.Key(wanted) : null,
        };
    }

    private static RecoveryPolicy Policy(string line) => new()
    {
        AllowPossibleLoss = line.Contains("allow-loss", StringComparison.Ordinal),
        SameDataCenterOnly = line.Contains("same-dc", StringComparison.Ordinal),
        SameRegionOnly = line.Contains("same-region", StringComparison.Ordinal),
        Events = line.Contains("report-events", StringComparison.Ordinal) ? EventHandling.Report : EventHandling.Enable,
        Hooks = WrittenHooks.Of(line),
        HasReplicationAccount = !line.Contains("no-account", StringComparison.Ordinal),
    };

    private static string? Word(string line, string before)
    {
        var words = line.Split(" with ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, before);
        return at < 0 ? null : words[at + 1];
    }

    // Stories are read by people: the default port and the uuids say nothing.
    private static string Plain(string text) => WrittenTopology.Shorten(text).Replace(":3306", "", StringComparison.Ordinal);
}
