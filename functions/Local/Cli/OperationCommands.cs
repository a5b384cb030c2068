using System.Collections.Immutable;
using System.CommandLine;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Recovering;

namespace OrchestratorFunctions.Local.Cli;

/// <summary>
/// The operations of the catalogue as commands: plans run to their end here, and every one of them can be rehearsed
/// with <c>plan</c>.
/// </summary>
internal static class OperationCommands
{
    private static string Actor => $"{Environment.UserName}@{Environment.MachineName}";

    /// <param name="add">Adds a command that runs with settings and storage at hand.</param>
    public static void AddTo(RootCommand root, Action<Command, Command, Func<Run, ParseResult, Task<int>>> add)
    {
        var plan = new Command(
            "plan", "Rehearse a recovery and print the plan with reasons and statements; touches nothing");
        foreach (var operation in Operations.All)
        {
            Add(root, operation, add, RunAsync);
            if (operation is not PlanOperation planned) continue;
            var rehearsal = Add(plan, planned.Rehearsed, add, RehearseAsync);
            if (planned.RehearsedAs.Length > 0) rehearsal.Aliases.Add(planned.RehearsedAs);
        }
        root.Subcommands.Add(plan);
    }

    private static Command Add(
        Command parent, Operation operation, Action<Command, Command, Func<Run, ParseResult, Task<int>>> add,
        Func<Operation, Given, Run, Task<int>> act)
    {
        var command = new Command(operation.Name, operation.Does);
        var symbols = new OperationSymbols(operation, command);
        add(parent, command, (run, parsed) => GivenAsync(operation, symbols.Texts(parsed), run, act));
        return command;
    }

    private static async Task<int> GivenAsync(
        Operation operation, IReadOnlyDictionary<string, ImmutableArray<string>> texts, Run run,
        Func<Operation, Given, Run, Task<int>> act)
    {
        var (given, wrong) = await Given.ReadAsync(
            operation, texts, Actor, run.Room.Flow.Verbs.Names.ReadAsync, run.Cancel);
        return given is null ? Refused(run, wrong!) : await act(operation, given, run);
    }

    private static Task<int> RunAsync(Operation operation, Given given, Run run) => operation switch
    {
        ActOperation act => ActAsync(act, given, run),
        PlanOperation plan => PlanAsync(plan, given, run),
        SignalOperation signal => SignalAsync(signal, given, run),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no such kind of operation"),
    };

    private static async Task<int> ActAsync(ActOperation operation, Given given, Run run)
    {
        var answer = await operation.Run(run.Room.Flow.Verbs, given, run.Cancel);
        foreach (var remark in answer.Remarks) await Console.Error.WriteLineAsync(remark);
        if (answer.Refusal is not null && answer.Value is null) return Refused(run, answer);
        if (run.Json) Run.Print(answer.Value ?? new SaysAnswer(answer.Says));
        else if (answer.Says.Length > 0) Run.Print(answer.Says);
        return answer.End == OperationEnd.Done ? Exit.Done : Exit.Refused;
    }

    private static async Task<int> PlanAsync(PlanOperation operation, Given given, Run run)
    {
        var request = operation.Ask(given);
        if (request.Kind == PlanKinds.Takeover)
        {
            var problem = await run.Room.Flow.WarmUp.BeforeTakeoverAsync(request.Cluster, run.Cancel);
            if (problem.Length > 0) await Console.Error.WriteLineAsync(problem);
        }
        run.Room.Flow.Recover.Records.Progress += Tell;
        var result = await run.Room.Flow.Plans.RunAsync(request, run.Cancel);
        var look = $"look at: recoveries {request.Cluster}";
        return result switch
        {
            { End: RunStatus.Ended, Recovery: { } recovery } => Ended(run, recovery, recovery.Outcome!.IsSuccess),
            { End: RunStatus.Refused } => run.Fail(
                $"cluster {request.Cluster}: {result.Refusal?.Says}; look at: topology {request.Cluster}, "
                + $"recoveries {request.Cluster}"),
            { End: RunStatus.Busy } => run.Fail($"cluster {request.Cluster}: another recovery is running; {look}"),
            _ => run.Fail(
                $"cluster {request.Cluster}: {operation.Name} did not run to its end ({result.End}); {look}"),
        };
    }

    private static async Task<int> SignalAsync(SignalOperation operation, Given given, Run run)
    {
        var (signal, wrong) = await run.Room.Flow.Verbs.Recoveries.SignalAsync(operation, given, run.Cancel);
        if (signal is null) return Refused(run, wrong!);
        run.Room.Flow.Recover.Records.Progress += Tell;
        var result = await run.Room.Flow.Signal.RunAsync(signal.Cluster, signal.Id, signal.Signal, run.Cancel);
        var isCancelled = operation.Signal == SignalKind.Cancel;
        return result switch
        {
            { End: RunStatus.Refused } => run.Fail(result.Refusal!.Says),
            { End: RunStatus.Left } => Left(signal.Id),
            { End: RunStatus.Ended, Recovery: { } ended } => Ended(run, ended, isCancelled || ended.Outcome!.IsSuccess),
            { End: RunStatus.Busy } => run.Fail(
                $"recovery {signal.Id} is being run by another process at this moment; say it again"),
            _ => run.Fail(
                $"recovery {signal.Id} did not run to its end ({result.End}); look at: explain {signal.Id}"),
        };
    }

    private static int Left(string id)
    {
        Run.Print(
            $"The request is stored. The process that runs recovery {id} stops at its next stage, unless it has "
            + $"already told a server to accept writes; look at: explain {id}");
        return Exit.Done;
    }

    private static async Task<int> RehearseAsync(Operation operation, Given given, Run run)
    {
        var request = ((PlanOperation)operation).Ask(given);
        var (plan, topology) = await run.Room.Flow.Plans.PlanAsync(request, run.Cancel);
        if (plan is null || topology is null)
            return run.Fail($"cluster {request.Cluster}: has no single primary; look at: topology {request.Cluster}");
        var steps = run.Room.Ports.Steps;
        var rehearsed = RehearsedPlan.Of(plan, topology, steps);
        if (run.Json) Run.Print(rehearsed);
        else Run.Print(RehearsedPlan.Tell(rehearsed, topology, steps));
        return rehearsed.IsPromising ? Exit.Done : Exit.Refused;
    }

    private static int Ended(Run run, Recovery recovery, bool isWell)
    {
        if (run.Json) Run.Print(recovery);
        else Run.Print($"{recovery.Outcome!.Says}\nThe whole story: explain {recovery.Id}");
        return isWell ? Exit.Done : Exit.Refused;
    }

    private static int Refused(Run run, OperationAnswer answer)
    {
        var (says, argument) = (answer.Refusal!.Says, answer.Argument);
        var told = argument?.Told(OperationSymbols.NameOf(argument), says) ?? says;
        return run.Fail(told, answer.End == OperationEnd.Refused ? Exit.Refused : Exit.BadInput);
    }

    private static void Tell(Recovery recovery) =>
        Console.Error.WriteLine($"{recovery.Stages[^1].Stage.Name}: {recovery.Stages[^1].Stage.Because}");
}
