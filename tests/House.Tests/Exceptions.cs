namespace OrchestratorFunctions.House.Tests;

/// <summary>
/// What may break a rule, each with the reason, all in this one place. An exception that is no longer needed fails its test.
/// A path that ends in '/' stands for everything below it.
/// </summary>
internal static class Exceptions
{
    /// <summary>Methods of more than forty lines, as path:Type.Method.</summary>
    public static readonly Dictionary<string, string> LongMethods = [];

    /// <summary>Type names that end in a word we do not use.</summary>
    public static readonly Dictionary<string, string> TypeNames = new()
    {
        ["functions/Contracts/"] = "names of the packages it stands in for",
    };

    /// <summary>Where the servers' old words for primary and replica may stand.</summary>
    public static readonly Dictionary<string, string> OldWords = new()
    {
        ["functions/MySql/"] = "statements, columns, variables and privileges of older servers",
        ["tests/MySql.Tests/"] = "the same statements, columns and variables",
        ["functions/Core/Model/ReplicationLink.cs"] = "cites the statement it describes",
        ["functions/Core/Examining/ServerStatements.cs"] = "statements and variables of older servers",
        ["functions/Api/Legacy/"] = "orchestrator's own names",
        ["functions/Local/Cli/Old/"] = "orchestrator's own names",
        ["tests/Local.Tests/Cli/Old/"] = "orchestrator's own names",
        ["functions/Local/Hooking/"] = "what orchestrator gives its commands, by its names",
        ["tests/Local.Tests/Hooking/"] = "the same names",
        ["tests/Local.Tests/EndToEnd/HookTests.cs"] = "the same names",
        ["functions/Local/Importing/"] = "orchestrator's configuration keys",
        ["tests/Local.Tests/Importing/"] = "orchestrator's configuration keys",
        ["docs/migrating.md"] = "orchestrator's configuration keys",
        ["tests/Api.Tests/Legacy/"] = "orchestrator's own names",
        ["tests/Api.Tests/Plays/"] = "orchestrator's own names",
        ["tests/Local.Tests/EndToEnd/OldScriptsTests.cs"] = "orchestrator's own names",
        ["functions/Core/Planning/Changing/AccountChange.cs"] = "names orchestrator's command and the privilege",
        ["functions/Core/Planning/Changing/GtidChanges.cs"] = "names the variable gtid_slave_pos",
        ["tests/Core.Tests/Scenarios/"] = "what is said of that variable",
        ["functions/Core/Positions/MariaDbGtidSet.cs"] = "cites the variable gtid_slave_pos",
        ["tests/Core.Tests/Positions/MariaDbGtidSetTests.cs"] = "cites the same variable",
        ["tests/Fleet/"] = "statements for older servers",
        ["tests/Trials.Tests/"] = "statements for older servers and MariaDB",
        ["tests/Simulation/Servers/Flavours/"] = "names of privileges",
        ["tests/Simulation.Tests/AdmissionTests.cs"] = "the name of the same privilege",
        ["tests/Bench/"] = "orchestrator's own configuration keys and answers",
        ["scripts/"] = "statements for older servers, and orchestrator's own words",
        ["docs/configuration.md"] = "orchestrator's configuration keys",
        ["docs/differences.md"] = "orchestrator's names",
        ["docs/api.md"] = "orchestrator's own names",
        ["docs/decisions/0042-orchestrators-api-is-a-mapping.md"] = "orchestrator's own names",
        ["docs/decisions/0048-back-to-file-and-position.md"] = "orchestrator's own names, and MariaDB's option",
        ["docs/glossary.md"] = "says which old word each term replaces",
        ["docs/decisions/0007-primary-and-replica.md"] = "says which words are not used",
        ["docs/operations.md"] = "privileges, variables and statements of older servers",
        ["docs/benchmarks.md"] = "orchestrator's own words",
        ["README.md"] = "statements for older servers",
    };

    /// <summary>Suites that test more than one source file: folders and files of tests without a mirror.</summary>
    public static readonly Dictionary<string, string> Suites = new()
    {
        ["tests/House.Tests/"] = "tests the tree itself",
        ["tests/Infra.Tests/"] = "tests what infra/ describes",
        ["tests/Monitoring.Tests/"] = "tests the dashboard and the alerts of infra/monitoring",
        ["tests/Core.Tests/Scenarios/"] = "whole recoveries as readable text files",
        ["tests/Core.Tests/Simulation/"] = "invariants under seeded faults",
        ["tests/Simulation.Tests/"] = "tests the simulator, and the decisions in it",
        ["tests/Storage.Tests/Counting/"] = "counts what whole flows ask of storage",
        ["tests/Api.Tests/HttpPlayTests.cs"] = "what is answered over HTTP, as readable text files",
        ["tests/Flow.Tests/FlowPlayTests.cs"] = "stories of whole processes, as readable text files",
        ["tests/MySql.Tests/Wording/StatementPlayTests.cs"] = "what is sent to which version, as readable text files",
        ["tests/MySql.Tests/Probing/RelayLogTests.cs"] = "what real servers do with a relay log, from the probe to the judgement",
        ["tests/MySql.Tests/Probing/ReceiverErrorTests.cs"] = "what real servers show of a receiver that stands still",
        ["tests/MySql.Tests/AdmissionRulesTests.cs"] = "whom real servers turn away, as the servers of the simulator do",
        ["tests/MySql.Tests/MariaDbRulesTests.cs"] = "the same of MariaDB: numbers, positions and relay logs",
        ["tests/MySql.Tests/MariaDbSemiSyncRulesTests.cs"] = "the same of MariaDB: closing and semi-sync",
        ["tests/MySql.Tests/ModelRulesTests.cs"] = "the rules by which the servers of the simulator act, on real servers",
        ["tests/MySql.Tests/FleetProgramTests.cs"] = "scripts/fleet, by which every server of the tests is started",
        ["tests/Local.Tests/EndToEnd/"] = "whole stories on real servers",
        ["tests/Page.Tests/"] = "the page, read in a browser",
        ["tests/Trials.Tests/"] = "public reports, played on real servers",
        ["tests/Flow.Tests/Recovering/RecoverClusterSafetyTests.cs"] = "what a run may still do when the world changes under it",
        ["tests/Flow.Tests/Watching/LedgerTests.cs"] = "what recoveries leave open and watchers see to",
        ["tests/Flow.Tests/Detecting/DetectFailuresLimitsTests.cs"] = "verdicts over hours: how often something is tried, and what is recorded of it",
        ["tests/App.Tests/EndToEnd/"] = "the built app as a worker process, on real servers",
        ["tests/App.Tests/HostTests.cs"] = "what the build makes for the Functions host, and host.json",
        ["tests/App.Tests/HostJsonTests.cs"] = "host.json, read by the host's own extensions",
        ["tests/App.Tests/Recoveries/DurableHostTests.cs"] = "orchestrations and activities together on the real framework",
    };

    /// <summary>Decision-making sources without a test file of their own, with the file that tests them.</summary>
    public static readonly Dictionary<string, string> TestedElsewhere = new()
    {
        ["functions/Api/Events/FleetEvents.cs"] = "tests/Api.Tests/Events/EventStreamTests.cs",
        ["functions/Api/Events/FleetPicture.cs"] = "tests/Api.Tests/Events/EventStreamTests.cs",
        ["functions/Core/Examining/ServerStatements.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Unexamined.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/ExaminedCluster.cs"] = "tests/Core.Tests/Examining/ExaminerTests.cs",
        ["functions/Core/Examining/ExaminationRule.cs"] = "tests/Core.Tests/Examining/ExaminerTests.cs",
        ["functions/Core/Examining/Finding.cs"] = "tests/Core.Tests/Examining/ExaminerTests.cs",
        ["functions/Core/Examining/Fix.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/SightRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/RightsRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/GtidRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/BinaryLogRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/SemiSyncRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/RelayLogRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/LinkRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Examining/Rules/RoleRules.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Analyzing/Rules/SharedRules.cs"] = "tests/Core.Tests/Analyzing/PartlySeenTests.cs",
        ["functions/Core/Planning/Changing/ChangeView.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/LinkRefusal.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/LinkChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/AccountChange.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/PlaceChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/ThreadChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/GtidChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/RoleChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/UpkeepChanges.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Moving/MoveReplicasPlanner.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Moving/TakeSourcePlanner.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Moving/ReattachPlanner.cs"] = "tests/Core.Tests/Scenarios/ScenarioTests.cs",
        ["functions/Core/Planning/Changing/ChangeKinds.cs"] = "tests/Core.Tests/Planning/PlanKindsTests.cs",
        ["functions/Core/Planning/Moving/MoveKinds.cs"] = "tests/Core.Tests/Planning/PlanKindsTests.cs",
        ["functions/Core/Naming/Named.cs"] = "tests/Core.Tests/Naming/NameBookTests.cs",
        ["functions/Core/Naming/NamedCluster.cs"] = "tests/Core.Tests/Naming/NameBookTests.cs",
        ["functions/Core/Leasing/LeaseState.cs"] = "tests/Core.Tests/Leasing/LeaseMachineTests.cs",
        ["functions/Core/Planning/Records/StepResult.cs"] = "tests/Core.Tests/Stepping/StepMachineTests.cs",
        ["functions/Core/Stepping/StepRun.cs"] = "tests/Core.Tests/Stepping/StepMachineTests.cs",
        ["functions/Core/Stepping/StepWaits.cs"] = "tests/Core.Tests/Stepping/StepMachineTests.cs",
        ["functions/Core/Watching/WatchCommand.cs"] = "tests/Core.Tests/Watching/WatchMachineTests.cs",
        ["functions/Core/Watching/WatchStep.cs"] = "tests/Core.Tests/Watching/MemberTurnsTests.cs",
        ["functions/Core/Planning/Replacing/CandidateStages.cs"] = "tests/Core.Tests/Planning/Replacing/CandidacyTests.cs",
        ["functions/Core/Gating/GateInputs.cs"] = "tests/Core.Tests/Gating/BlockWindowTests.cs",
        ["functions/Core/Planning/Repairing/Opening.cs"] = "tests/Core.Tests/Planning/Repairing/FinishRecoveryPlannerTests.cs",
        ["functions/Core/Planning/Moving/MovedLink.cs"] = "tests/Core.Tests/Planning/Moving/RelocateRefusalTests.cs",
        ["functions/Core/Planning/Moving/Standstill.cs"] = "tests/Core.Tests/Planning/Moving/RelocatePlannerTests.cs",
        ["functions/Core/Planning/Switching/Places.cs"] = "tests/Core.Tests/Planning/Switching/GatheringTests.cs",
        ["functions/Core/Planning/Switching/SuccessorRole.cs"] = "tests/Core.Tests/Planning/Switching/TakeoverPlannerTests.cs",
        ["functions/Core/Planning/Switching/TakeoverRollback.cs"] = "tests/Core.Tests/Planning/Switching/TakeoverPlannerTests.cs",
        ["functions/Core/Planning/Switching/TakeoverRefusal.cs"] = "tests/Core.Tests/Planning/Switching/TakeoverPlannerTests.cs",
        ["functions/Core/Planning/Judging/CandidateField.cs"] = "tests/Core.Tests/Planning/Judging/CandidateRankingTests.cs",
        ["functions/Core/Planning/Replacing/DeadPrimaryTargets.cs"] = "tests/Core.Tests/Rehearsing/ForesightTests.cs",
        ["functions/Core/Planning/Judging/UntoldReplicas.cs"] = "tests/Core.Tests/Analyzing/ReplicaTallyTests.cs",
        ["functions/Core/Planning/Judging/Acknowledgements.cs"] = "tests/Core.Tests/Planning/Judging/DurabilityTests.cs",
        ["functions/Core/Planning/Judging/KnownLoss.cs"] = "tests/Core.Tests/Planning/Judging/DurabilityTests.cs",
        ["functions/Core/Planning/Records/HookPoints.cs"] = "tests/Core.Tests/Planning/Hooking/HookStagesTests.cs",
        ["functions/Hooks/HookAddress.cs"] = "tests/Hooks.Tests/HookSettingTests.cs",
        ["functions/Flow/Recovering/RecoveryEnds.cs"] = "tests/Flow.Tests/Recovering/RecoverClusterTests.cs",
        ["functions/Core/Positions/GtidRun.cs"] = "tests/Core.Tests/Positions/GtidRunsTests.cs",
        ["functions/Core/Positions/GtidTag.cs"] = "tests/Core.Tests/Positions/GtidSetParserTests.cs",
    };

    /// <summary>Tests that may let real time pass, because they ask something outside again and again.</summary>
    public static readonly Dictionary<string, string> Polling = new()
    {
        ["tests/Fleet/"] = "waits for real servers",
        ["tests/Bench/"] = "measures real time",
        ["tests/App.Tests/EndToEnd/"] = "asks a worker process until it is as wanted",
        ["tests/App.Tests/Recoveries/DurableHostTests.cs"] = "asks the durable framework until an orchestration waits for an answer",
        ["tests/Api.Tests/Events/EventStreamTests.cs"] = "turns a clock while answers come by real time",
        ["tests/Testing/Eventually.cs"] = "asks real servers and processes until they are as wanted",
    };

    /// <summary>Where the computer's own clock may be read.</summary>
    public static readonly Dictionary<string, string> Clocks = new()
    {
        ["functions/Local/Cli/"] = "commands act at the operator's time",
    };

    /// <summary>The exception that covers a place, null when none does.</summary>
    public static string? Covering(this Dictionary<string, string> exceptions, string place) =>
        exceptions.Keys.FirstOrDefault(e => e.EndsWith('/') ? place.StartsWith(e, StringComparison.Ordinal) : place == e);

    /// <summary>The offenders no exception covers, and the exceptions in <paramref name="strict"/> form that cover nothing.</summary>
    /// <param name="found">Place by which exceptions are named, and the offender as it is printed.</param>
    public static IEnumerable<string> Except(IReadOnlyCollection<(string Place, string Offender)> found, Dictionary<string, string> exceptions, bool strict = true)
    {
        var used = found.Select(f => exceptions.Covering(f.Place)).OfType<string>().ToHashSet();
        return found.Where(f => exceptions.Covering(f.Place) is null).Select(f => f.Offender)
            .Concat(exceptions.Keys.Where(e => strict && !used.Contains(e)).Select(e => $"{e}: this exception is no longer needed; remove it from Exceptions.cs"));
    }
}
